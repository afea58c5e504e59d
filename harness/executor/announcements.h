// Announcements: changes that the kernel announces to those who watch files of /proc.
//
// For the mount table this process goes into a mount namespace of its own, once and for all: what
// is mounted elsewhere is not seen there any more, and what a program mounts is not seen elsewhere.
// The domain name is set to what it is already, which announces all the same. That reaches all
// watchers of the machine, so programs about it take turns, by a lock on the file itself.
//
// Source: unshare(2), mount_namespaces(7), setdomainname(2); uts_proc_notify() of
// kernel/utsname_sysctl.c, Linux 6.18.

#pragma once

#include <span>

#include "harness/executor/system_calls.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

class Announcements {
public:
    Announcements() = default;
    ~Announcements();
    Announcements(const Announcements&) = delete;
    Announcements& operator=(const Announcements&) = delete;

    /// Opens what it locks, if there is such a thing.
    void open();
    /// A program starts: sees to it that what it watches changes by its own doing only.
    void enter(std::span<const Operation> operations);
    void leave();

    /// True if this process may have a mount namespace of its own, where changes are announced.
    static bool may_mount();
    static bool may_set_domain_name();

private:
    int lock_ = -1;
    bool locked_ = false;
};

namespace system_call {

/// Mounts a directory at itself and undoes that.
Outcome announce_mount();
/// Sets the domain name to what it is.
Outcome announce_domain_name();

}  // namespace system_call

}  // namespace epollcheck
