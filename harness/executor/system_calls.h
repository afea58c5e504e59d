// System calls, one function each, that answer a result or a negative errno.
//
// They are the only place where a program's operations meet the kernel. Calls that a C library is
// known to check, translate or restart itself (the epoll family) are made with syscall(2), so that
// what is written in a program is what the kernel sees; for the others the library is a thin veil.
// Pointers may be invalid on purpose and are passed on untouched.

#pragma once

#include <cstddef>
#include <cstdint>

namespace epollcheck::system_call {

/// What a call answered: its result when it is not negative, else -errno.
using Outcome = std::int64_t;

/// The call was still waiting when the executor lost its patience. No errno is that large.
inline constexpr Outcome kStillWaiting = INT64_MIN;

/// The kernel's timespec with 64-bit time on every architecture (struct __kernel_timespec).
struct KernelTimespec {
    std::int64_t seconds;
    std::int64_t nanoseconds;
};

Outcome epoll_create(int size);
Outcome epoll_create1(int flags);
Outcome epoll_ctl(int epfd, int operation, int fd, const void* event);
Outcome epoll_wait(int epfd, void* events, int max_events, int timeout_ms);
Outcome epoll_pwait(int epfd, void* events, int max_events, int timeout_ms, const void* mask,
                    std::size_t mask_size);
Outcome epoll_pwait2(int epfd, void* events, int max_events, const void* timeout, const void* mask,
                     std::size_t mask_size);
/// poll(2) of one descriptor with time-out 0; stores revents, success is the number of ready ones.
Outcome poll_once(int fd, short events, unsigned short& revents);
/// The same with a time-out.
Outcome poll_for(int fd, short events, int timeout_ms, unsigned short& revents);
/// ppoll(2) of one descriptor, as poll_once() otherwise.
Outcome ppoll_one(int fd, short events, unsigned short& revents, void* timeout, const void* mask,
                  std::size_t mask_size);
/// select(2) with time-out 0. Sets are words of bits (descriptor_set.h) for `count` descriptors, or
/// null.
Outcome select_now(int count, unsigned long* read, unsigned long* write, unsigned long* except);
Outcome pselect(int count, unsigned long* read, unsigned long* write, unsigned long* except,
                void* timeout, const void* mask, std::size_t mask_size);

Outcome open(const char* path, int flags);
Outcome close(int fd);
/// Closes all descriptors from `first` to `last`, both included.
Outcome close_range(int first, int last);
Outcome dup(int fd);
Outcome dup2(int fd, int new_fd);
Outcome dup3(int fd, int new_fd, int flags);
Outcome fcntl(int fd, int command, unsigned long argument);
Outcome pipe2(int fds[2], int flags);
Outcome eventfd(unsigned int count, int flags);
Outcome memfd_create(const char* name, unsigned int flags);

Outcome inotify_init1(int flags);
Outcome inotify_add_watch(int fd, const char* path, std::uint32_t mask);
Outcome inotify_rm_watch(int fd, int watch);
Outcome pidfd_open(int process);
Outcome timerfd_create(int clock, int flags);
Outcome timerfd_settime(int fd, int flags, const void* setting);
/// 1 if some time remains until the next expiry, else 0.
Outcome timerfd_remains(int fd);
/// Sends SIGKILL to the process behind a pidfd.
Outcome pidfd_kill(int pidfd);
/// Waits until the process behind a pidfd has exited, and takes it.
Outcome wait_for_exit(int pidfd);
/// Makes an empty regular file.
Outcome mknod(const char* path);
/// Truncates to length 0.
Outcome truncate(const char* path);
Outcome unlink(const char* path);

Outcome read(int fd, void* buffer, std::size_t length);
Outcome write(int fd, const void* buffer, std::size_t length);
/// Reads one byte at offset 0.
Outcome pread_byte(int fd, void* buffer);
/// The current offset.
Outcome lseek_current(int fd);
/// Maps `length` bytes for shared reading and unmaps them again.
Outcome map_and_unmap(int fd, std::size_t length);
Outcome fsync(int fd);
/// Truncates to length 0.
Outcome ftruncate(int fd);
Outcome ioctl(int fd, unsigned long request, void* argument);

Outcome socket(int domain, int type);
Outcome socketpair(int domain, int type, int fds[2]);
Outcome bind(int fd, const void* address, unsigned int length);
Outcome listen(int fd, int backlog);
Outcome connect(int fd, const void* address, unsigned int length);
Outcome accept4(int fd, int flags);
Outcome send(int fd, const void* buffer, std::size_t length, int flags);
Outcome recv(int fd, void* buffer, std::size_t length, int flags);
Outcome shutdown(int fd, int how);
/// SO_ERROR of a socket, which clears it.
Outcome socket_error(int fd);

}  // namespace epollcheck::system_call
