// The calls to the kernel, and which table is in use. See calls.h.

#include "harness/executor/calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

namespace epollcheck::system_call {
namespace {

Outcome outcome(std::int64_t result) { return result >= 0 ? result : -errno; }

// The size of the kernel's signal set: what epoll_wait is where only epoll_pwait exists.
[[maybe_unused]] constexpr std::size_t kSignalSetSize = 8;

Outcome raw_epoll_create(int size) {
#ifdef SYS_epoll_create
    return outcome(syscall(SYS_epoll_create, size));
#else
    return outcome(::epoll_create(size));  // newer architectures have it in the library only
#endif
}

Outcome raw_epoll_create1(int flags) { return outcome(syscall(SYS_epoll_create1, flags)); }

Outcome raw_epoll_ctl(int epfd, int operation, int fd, const void* event) {
    return outcome(syscall(SYS_epoll_ctl, epfd, operation, fd, event));
}

Outcome raw_epoll_pwait(int epfd, void* events, int max_events, int timeout_ms, const void* mask,
                        std::size_t mask_size) {
    return outcome(syscall(SYS_epoll_pwait, epfd, events, max_events, timeout_ms, mask, mask_size));
}

Outcome raw_epoll_wait(int epfd, void* events, int max_events, int timeout_ms) {
#ifdef SYS_epoll_wait
    return outcome(syscall(SYS_epoll_wait, epfd, events, max_events, timeout_ms));
#else
    return raw_epoll_pwait(epfd, events, max_events, timeout_ms, nullptr, kSignalSetSize);
#endif
}

Outcome raw_epoll_pwait2(int epfd, void* events, int max_events, const void* timeout,
                         const void* mask, std::size_t mask_size) {
    return outcome(syscall(SYS_epoll_pwait2, epfd, events, max_events, timeout, mask, mask_size));
}

Outcome raw_poll_for(int fd, short events, int timeout_ms, unsigned short* revents) {
    pollfd entry = {.fd = fd, .events = events, .revents = 0};
    const Outcome result = outcome(::poll(&entry, 1, timeout_ms));
    *revents = static_cast<unsigned short>(entry.revents);
    return result;
}

Outcome raw_select_now(int count, unsigned long* read, unsigned long* write,
                       unsigned long* except) {
#if defined(SYS__newselect) || defined(SYS_select)
#ifdef SYS__newselect
    constexpr long kSelect = SYS__newselect;  // there SYS_select takes its arguments by address
#else
    constexpr long kSelect = SYS_select;
#endif
    timeval now = {};
    return outcome(syscall(kSelect, count, read, write, except, &now));
#else
    KernelTimespec now = {0, 0};
    return pselect(count, read, write, except, &now, nullptr);
#endif
}

Outcome raw_close(int fd) { return outcome(::close(fd)); }
Outcome raw_dup(int fd) { return outcome(::dup(fd)); }
Outcome raw_dup2(int fd, int new_fd) { return outcome(::dup2(fd, new_fd)); }
Outcome raw_dup3(int fd, int new_fd, int flags) { return outcome(::dup3(fd, new_fd, flags)); }

Outcome raw_fcntl(int fd, int command, unsigned long argument) {
    return outcome(::fcntl(fd, command, argument));
}

void raw_end_program() {}

constexpr Calls kRawCalls = {
    .epoll_create = raw_epoll_create,
    .epoll_create1 = raw_epoll_create1,
    .epoll_ctl = raw_epoll_ctl,
    .epoll_wait = raw_epoll_wait,
    .epoll_pwait = raw_epoll_pwait,
    .epoll_pwait2 = raw_epoll_pwait2,
    .poll_for = raw_poll_for,
    .select_now = raw_select_now,
    .close = raw_close,
    .dup = raw_dup,
    .dup2 = raw_dup2,
    .dup3 = raw_dup3,
    .fcntl = raw_fcntl,
    .end_program = raw_end_program,
};

const Calls* in_use = &kRawCalls;

}  // namespace

const Calls& raw_calls() { return kRawCalls; }

const Calls& calls_in_use() { return *in_use; }

UseCalls::UseCalls(const Calls& calls) : before_(in_use) { in_use = &calls; }

UseCalls::~UseCalls() { in_use = before_; }

}  // namespace epollcheck::system_call
