// System calls, one function each, that answer a result or a negative errno.
//
// They are the only place where a program's operations meet the kernel. Those that an epoll in user
// space would answer itself go through a table that can be exchanged (calls.h); for the others the
// library is a thin veil.
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

/// struct __kernel_itimerspec, for timerfd_settime.
struct KernelTimerSetting {
    KernelTimespec interval;
    KernelTimespec value;
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
Outcome poll_once(int fd, short events, unsigned short* revents);
/// The same with a time-out.
Outcome poll_for(int fd, short events, int timeout_ms, unsigned short* revents);
/// ppoll(2) of one descriptor, as poll_once() otherwise.
Outcome ppoll_one(int fd, short events, unsigned short* revents, void* timeout, const void* mask,
                  std::size_t mask_size);
/// select(2) with time-out 0. Sets are words of bits (descriptor_set.h) for `count` descriptors, or
/// null.
Outcome select_now(int count, unsigned long* read, unsigned long* write, unsigned long* except);
/// pselect6(2), whose mask and its size go as a pair, because it has six arguments.
struct MaskArgument {
    const void* mask;
    std::size_t size;
};
Outcome pselect(int count, unsigned long* read, unsigned long* write, unsigned long* except,
                void* timeout, const MaskArgument* mask);

Outcome open(const char* path, int flags);
Outcome close(int fd);
/// Closes all descriptors from `first` to `last`, both included.
Outcome close_all(int first, int last);
/// The same one by one, for a process that knows how few they are.
Outcome close_each(int first, int last);
/// True if numbers that close_range closed are as good as new. An emulator that takes notes of what
/// is open (qemu-user, of eventfds and their like) may miss it and take the next file with that
/// number for the old one. Found out when it is first asked, which opens and closes descriptors.
bool close_range_is_thorough();
Outcome close_range(unsigned first, unsigned last, unsigned flags);
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
/// `mask` is a sigset_t.
Outcome signalfd(int fd, const void* mask, int flags);
/// Opens a pseudo terminal: its master and its slave, which is raw.
Outcome openpty(int fds[2], int flags);
/// Opens the slave of a master once more.
Outcome open_slave(int master, int flags);
/// Makes a terminal canonical or raw, without echo and without special characters.
Outcome set_terminal_mode(int fd, bool canonical);
Outcome pidfd_open(int process);
Outcome timerfd_create(int clock, int flags);
/// `setting` is a KernelTimerSetting.
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
/// SOCK_STREAM or SOCK_DGRAM if it is an internet socket, else 0.
Outcome inet_type(int fd);
/// An option of level SOL_SOCKET; SO_LINGER is switched on with a time of `value` seconds.
Outcome set_socket_option(int fd, int option, int value);
/// The address that a socket is bound to; `length` is the room, then the size of the address.
Outcome socket_name(int fd, void* address, unsigned int* length);
/// Sends the byte at `byte`, and with it the descriptor `sent`.
Outcome send_fd(int fd, const void* byte, int sent);
/// Receives one byte to `byte`; `received` is the descriptor that came with it, or -1.
Outcome receive_fd(int fd, void* byte, int flags, int* received);

/// unshare(2).
Outcome unshare(int flags);
/// 0 if `fd` of the caller and `other_fd` of `process` name the same open file description, else 1.
Outcome kcmp_file(int process, int fd, int other_fd);
/// 0 if item number `offset` of those that were registered under the number `fd` watches what `fd`
/// names, else 1.
Outcome kcmp_epoll(int epfd, int fd, unsigned offset);
/// /proc/self/fdinfo of `fd` as text: the number of its bytes. -ENOTSUP if there is none to read,
/// -EOVERFLOW if it is longer than `bytes`.
Outcome fdinfo_text(int fd, char* text, std::size_t bytes);

}  // namespace epollcheck::system_call
