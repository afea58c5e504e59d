// Files of /proc that tell of changes: the mount table and the domain name.
//
// Each open file remembers the last change that it told of. A look at one that has news answers
// ERR|PRI and takes note, so the next look answers what it always does (R-D82a). The announce
// operation is a mount and its undoing in a mount namespace of the program's own, or a domain name
// that is set to what it is; a program sees no difference but the announcement.
//
// Source: mounts_poll() of fs/proc_namespace.c, proc_sys_poll() of fs/proc/proc_sysctl.c,
// Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// True for the kinds of file that announcements are about.
constexpr bool announces(FileKind kind) {
    return kind == FileKind::kMounts || kind == FileKind::kDomainName;
}

/// The queue of all open files of `kind`.
WaitQueue& announcement_queue(World& world, FileKind kind);

/// What such a file answers to a look, which takes note of the news.
MaskRange announcing_mask(Transition& transition, int file);

/// The announce operation.
Result announce(Transition& transition, const Operation& operation);

}  // namespace epollcheck
