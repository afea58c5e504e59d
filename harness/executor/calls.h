// Calls: the way in which the calls are made that an implementation of epoll may answer itself.
//
// A program means an epoll_ctl; whether that goes to the kernel by syscall(2), through the C
// library, through io_uring or into a library that has an epoll of its own is decided here and
// nowhere else. system_calls.h goes through the table in use. Beside the epoll family it holds
// the calls on descriptors that an epoll in user space has to know about: what closes and
// duplicates them, and what polls an instance.
//
// There is one table in use per process image: a second process made by fork has the same one, one
// that executed the helper starts with the kernel's own.

#pragma once

#include "harness/executor/system_calls.h"

namespace epollcheck::system_call {

/// Functions as in system_calls.h, all of them present.
struct Calls {
    Outcome (*epoll_create)(int size);
    Outcome (*epoll_create1)(int flags);
    Outcome (*epoll_ctl)(int epfd, int operation, int fd, const void* event);
    Outcome (*epoll_wait)(int epfd, void* events, int max_events, int timeout_ms);
    Outcome (*epoll_pwait)(int epfd, void* events, int max_events, int timeout_ms, const void* mask,
                           std::size_t mask_size);
    Outcome (*epoll_pwait2)(int epfd, void* events, int max_events, const void* timeout,
                            const void* mask, std::size_t mask_size);
    Outcome (*poll_for)(int fd, short events, int timeout_ms, unsigned short* revents);
    Outcome (*select_now)(int count, unsigned long* read, unsigned long* write,
                          unsigned long* except);
    Outcome (*close)(int fd);
    Outcome (*dup)(int fd);
    Outcome (*dup2)(int fd, int new_fd);
    Outcome (*dup3)(int fd, int new_fd, int flags);
    Outcome (*fcntl)(int fd, int command, unsigned long argument);
    /// A program is over; what it left open is closed next, without further notice.
    void (*end_program)();
};

/// To the kernel, past the C library where that checks, translates or restarts by itself.
const Calls& raw_calls();

/// The table in use; raw_calls() unless somebody chose another.
const Calls& calls_in_use();

/// Uses another table as long as it lives. Tables nest like scopes do, and outlive their use. No
/// other thread makes calls of a program when the table changes.
class UseCalls {
public:
    explicit UseCalls(const Calls& calls);
    ~UseCalls();
    UseCalls(const UseCalls&) = delete;
    UseCalls& operator=(const UseCalls&) = delete;

private:
    const Calls* const before_;
};

}  // namespace epollcheck::system_call
