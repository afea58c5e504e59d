// Changes that the kernel announces. See announcements.h.

#include "harness/executor/announcements.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/executor/owned_fd.h"

namespace epollcheck {
namespace {

constexpr char kDomainName[] = "/proc/sys/kernel/domainname";
constexpr char kMounts[] = "/proc/self/mounts";

bool names(const Operation& operation, Path path) {
    const bool has_path =
        operation.kind == OperationKind::kOpen || operation.kind == OperationKind::kAnnounce;
    return has_path && operation.number == static_cast<std::int32_t>(path);
}

/// Goes into a mount namespace from which and to which nothing is passed on.
bool take_own_mounts() {
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool has_news(int fd) {
    pollfd look = {.fd = fd, .events = POLLPRI, .revents = 0};
    return poll(&look, 1, 0) == 1 && (look.revents & POLLPRI) != 0;
}

}  // namespace

Announcements::~Announcements() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

void Announcements::open() { lock_ = ::open(kDomainName, O_RDONLY | O_CLOEXEC); }

void Announcements::enter(std::span<const Operation> operations) {
    if (std::ranges::any_of(operations, [](const Operation& operation) {
            return names(operation, Path::kMounts);
        })) {
        [[maybe_unused]] static const bool kOwn = take_own_mounts();
    }
    locked_ = lock_ >= 0 &&
              std::ranges::any_of(
                  operations,
                  [](const Operation& operation) { return names(operation, Path::kDomainName); }) &&
              flock(lock_, LOCK_EX) == 0;
}

void Announcements::leave() {
    if (locked_) {
        flock(lock_, LOCK_UN);
        locked_ = false;
    }
}

bool Announcements::may_mount() {
    const pid_t child = fork();
    if (child == 0) {
        const int fd = take_own_mounts() ? ::open(kMounts, O_RDONLY) : -1;
        const bool works = fd >= 0 && !has_news(fd) &&
                           mount("/proc", "/proc", nullptr, MS_BIND, nullptr) == 0 && has_news(fd);
        _exit(works ? 0 : 1);
    }
    int status = 0;
    pid_t reaped = child;
    while (child > 0 && (reaped = waitpid(child, &status, 0)) < 0 && errno == EINTR) {
    }
    return child > 0 && reaped == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool Announcements::may_set_domain_name() {
    const OwnedFd file(::open(kDomainName, O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 || flock(file.get(), LOCK_EX) != 0) {
        return false;
    }
    has_news(file.get());  // takes note of what was before
    return system_call::announce_domain_name() == 0 && has_news(file.get());
}

namespace system_call {

Outcome announce_mount() {
    constexpr char kSomewhere[] = "/proc";
    if (mount(kSomewhere, kSomewhere, nullptr, MS_BIND, nullptr) != 0 ||
        umount2(kSomewhere, MNT_DETACH) != 0) {
        return -errno;
    }
    return 0;
}

Outcome announce_domain_name() {
    char name[256];
    if (getdomainname(name, sizeof name) != 0 || setdomainname(name, std::strlen(name)) != 0) {
        return -errno;
    }
    return 0;
}

}  // namespace system_call

}  // namespace epollcheck
