// Rare kinds of files and rare calls. See other_calls.h.

#include "harness/executor/other_calls.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "harness/executor/owned_fd.h"
#include "model/vocabulary/operation.h"

#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif

namespace epollcheck::system_call {
namespace {

Outcome outcome(std::int64_t result) { return result >= 0 ? result : -errno; }

constexpr std::size_t kStackBytes = 65536;
alignas(16) char child_stack[kStackBytes];  // one child at a time, and its parent waits

/// Tells by its exit status, not in the memory that both share: qemu-user makes a copy of that.
int close_in_child(void* fd) { return ::close(*static_cast<int*>(fd)) == 0 ? 0 : errno; }

Outcome open_performance_counter() {
    perf_event_attr wanted = {};
    wanted.size = sizeof wanted;
    wanted.type = PERF_TYPE_SOFTWARE;
    wanted.config = PERF_COUNT_SW_DUMMY;
    wanted.exclude_kernel = 1;
    return outcome(syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

/// An empty queue that vanishes with its descriptor.
Outcome open_message_queue() {
    struct {
        long flags, most_messages, message_bytes, messages, reserved[4];
    } const wanted = {0, 1, 8, 0, {}};
    char name[64];
    std::snprintf(name, sizeof name, "epollcheck-%d", getpid());
    const Outcome queue =
        outcome(syscall(SYS_mq_open, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &wanted));
    if (queue >= 0) {
        syscall(SYS_mq_unlink, name);
    }
    return queue;
}

}  // namespace

Outcome fstat_mode(int fd) {
    struct stat found = {};
    const Outcome result = outcome(::fstat(fd, &found));
    return result < 0 ? result : static_cast<Outcome>(found.st_mode);
}

Outcome is_named_eventpoll(int fd) {
    constexpr char kName[] = "anon_inode:[eventpoll]";
    char path[64];
    char name[64];
    std::snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const Outcome length = outcome(::readlink(path, name, sizeof name));
    if (length < 0) {
        return length;
    }
    const bool same = length == sizeof kName - 1 && std::memcmp(name, kName, sizeof kName - 1) == 0;
    return same ? 1 : 0;
}

Outcome fallocate_byte(int fd) { return outcome(::fallocate(fd, 0, 0, 1)); }

Outcome vfork_close(int fd) {
    // clone(2) with a stack of its own, because a function may not return twice on one stack.
    const int child =
        ::clone(close_in_child, child_stack + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &fd);
    if (child < 0) {
        return -errno;
    }
    int status = 0;
    while (::waitpid(child, &status, __WALL) < 0 && errno == EINTR) {
    }
    return -WEXITSTATUS(status);
}

Outcome open_other(int kind) {
    switch (static_cast<OtherKind>(kind)) {
        case OtherKind::kNetlink:
            return outcome(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
        case OtherKind::kPacket:
            return outcome(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
        case OtherKind::kVsock:
            return outcome(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
        case OtherKind::kPerfEvent:
            return open_performance_counter();
        case OtherKind::kFanotify:
            return outcome(::fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY));
        case OtherKind::kUserfault:
            return outcome(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK));
        case OtherKind::kMessageQueue:
            return open_message_queue();
        case OtherKind::kTun:
            return outcome(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
        case OtherKind::kFuse:
            return outcome(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    }
    return -ENODEV;
}

std::uint32_t other_kinds() {
    std::uint32_t found = 0;
    for (int kind = 0; kind < kOtherKinds; ++kind) {
        const OwnedFd file(static_cast<int>(open_other(kind)));
        found |= file.get() >= 0 ? std::uint32_t{1} << kind : 0;
    }
    return found;
}

}  // namespace epollcheck::system_call
