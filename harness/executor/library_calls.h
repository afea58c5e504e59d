// Library calls: the waits of programs through the symbols of the C library, so that an epoll that
// was preloaded or linked in its place is what answers.
//
// A library may read what it is given by address, where a system call answers EFAULT. What cannot
// be read is therefore left to the system call; see can_read().

#pragma once

#include <poll.h>

#include <cstddef>

namespace epollcheck::library_call {

/// Tells of the page that programs use as an address where nothing is.
void never_read(const void* page);
/// True unless `address` is one that programs use because it is bad. NULL can be read: it means
/// something.
bool can_read(const void* address);
/// True if the library can be told of this signal mask: it has no size of its own there.
bool can_say(const void* mask, std::size_t mask_size);

// As the calls of that name; they answer -1 with errno. Pointers as in system_calls.h: time-outs
// are KernelTimespec, sets are words of bits.
int epoll_ctl(int epfd, int operation, int fd, const void* event);
int epoll_wait(int epfd, void* events, int max_events, int timeout_ms);
int epoll_pwait(int epfd, void* events, int max_events, int timeout_ms, const void* mask);
int epoll_pwait2(int epfd, void* events, int max_events, const void* timeout, const void* mask);
int ppoll(pollfd* entry, const void* timeout, const void* mask);
int select(int count, unsigned long* read, unsigned long* write, unsigned long* except);
int pselect(int count, unsigned long* read, unsigned long* write, unsigned long* except,
            const void* timeout, const void* mask);

}  // namespace epollcheck::library_call
