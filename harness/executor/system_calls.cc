// The system calls of the executor. See system_calls.h.

#include "harness/executor/system_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>

#include "harness/executor/calls.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

namespace epollcheck::system_call {
namespace {

Outcome outcome(std::int64_t result) { return result >= 0 ? result : -errno; }

// The calls that take a timespec with 64-bit time on every architecture.
#ifdef SYS_ppoll_time64
constexpr long kPpoll = SYS_ppoll_time64;
constexpr long kPselect6 = SYS_pselect6_time64;
#else
constexpr long kPpoll = SYS_ppoll;
constexpr long kPselect6 = SYS_pselect6;
#endif

// The calls about struct __kernel_itimerspec.
#ifdef SYS_timerfd_settime64
constexpr long kTimerfdSettime = SYS_timerfd_settime64;
constexpr long kTimerfdGettime = SYS_timerfd_gettime64;
#else
constexpr long kTimerfdSettime = SYS_timerfd_settime;
constexpr long kTimerfdGettime = SYS_timerfd_gettime;
#endif

}  // namespace

Outcome epoll_create(int size) { return calls_in_use().epoll_create(size); }

Outcome epoll_create1(int flags) { return calls_in_use().epoll_create1(flags); }

Outcome epoll_ctl(int epfd, int operation, int fd, const void* event) {
    return calls_in_use().epoll_ctl(epfd, operation, fd, event);
}

Outcome epoll_wait(int epfd, void* events, int max_events, int timeout_ms) {
    return calls_in_use().epoll_wait(epfd, events, max_events, timeout_ms);
}

Outcome epoll_pwait(int epfd, void* events, int max_events, int timeout_ms, const void* mask,
                    std::size_t mask_size) {
    return calls_in_use().epoll_pwait(epfd, events, max_events, timeout_ms, mask, mask_size);
}

Outcome epoll_pwait2(int epfd, void* events, int max_events, const void* timeout, const void* mask,
                     std::size_t mask_size) {
    return calls_in_use().epoll_pwait2(epfd, events, max_events, timeout, mask, mask_size);
}

Outcome poll_once(int fd, short events, unsigned short* revents) {
    return poll_for(fd, events, 0, revents);
}

Outcome poll_for(int fd, short events, int timeout_ms, unsigned short* revents) {
    return calls_in_use().poll_for(fd, events, timeout_ms, revents);
}

Outcome ppoll_one(int fd, short events, unsigned short* revents, void* timeout, const void* mask,
                  std::size_t mask_size) {
    pollfd entry = {.fd = fd, .events = events, .revents = 0};
    const Outcome result = outcome(syscall(kPpoll, &entry, 1UL, timeout, mask, mask_size));
    *revents = static_cast<unsigned short>(entry.revents);
    return result;
}

Outcome select_now(int count, unsigned long* read, unsigned long* write, unsigned long* except) {
    return calls_in_use().select_now(count, read, write, except);
}

Outcome pselect(int count, unsigned long* read, unsigned long* write, unsigned long* except,
                void* timeout, const MaskArgument* mask) {
    return outcome(syscall(kPselect6, count, read, write, except, timeout, mask));
}

Outcome open(const char* path, int flags) { return outcome(::open(path, flags)); }

Outcome close(int fd) { return calls_in_use().close(fd); }

Outcome close_all(int first, int last) {
    const Outcome result = outcome(syscall(SYS_close_range, first, last, 0));
    if (result == 0) {
        return 0;
    }
    for (int fd = first; fd <= last; ++fd) {  // kernels before 5.9 do not know the call
        ::close(fd);
    }
    return 0;
}

Outcome close_each(int first, int last) {
    for (int fd = first; fd <= last; ++fd) {
        ::close(fd);
    }
    return 0;
}

bool close_range_is_thorough() {
    static const bool kThorough = [] {
        const int old = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        close_all(old, old);
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) {
            return false;
        }
        char byte = 0;
        const bool works = ::write(ends[1], &byte, 1) == 1 && ::read(ends[0], &byte, 1) == 1;
        ::close(ends[0]);
        ::close(ends[1]);
        return works;
    }();
    return kThorough;
}

Outcome close_range(unsigned first, unsigned last, unsigned flags) {
    return outcome(syscall(SYS_close_range, first, last, flags));
}

Outcome dup(int fd) { return calls_in_use().dup(fd); }

Outcome dup2(int fd, int new_fd) { return calls_in_use().dup2(fd, new_fd); }

Outcome dup3(int fd, int new_fd, int flags) { return calls_in_use().dup3(fd, new_fd, flags); }

Outcome fcntl(int fd, int command, unsigned long argument) {
    return calls_in_use().fcntl(fd, command, argument);
}

Outcome pipe2(int fds[2], int flags) { return outcome(::pipe2(fds, flags)); }

Outcome eventfd(unsigned int count, int flags) { return outcome(::eventfd(count, flags)); }

Outcome memfd_create(const char* name, unsigned int flags) {
    return outcome(::memfd_create(name, flags));
}

Outcome inotify_init1(int flags) { return outcome(::inotify_init1(flags)); }

Outcome inotify_add_watch(int fd, const char* path, std::uint32_t mask) {
    return outcome(::inotify_add_watch(fd, path, mask));
}

Outcome inotify_rm_watch(int fd, int watch) { return outcome(::inotify_rm_watch(fd, watch)); }

Outcome timerfd_create(int clock, int flags) { return outcome(::timerfd_create(clock, flags)); }

Outcome timerfd_settime(int fd, int flags, const void* setting) {
    return outcome(syscall(kTimerfdSettime, fd, flags, setting, nullptr));
}

Outcome timerfd_remains(int fd) {
    KernelTimerSetting setting = {};
    const Outcome result = outcome(syscall(kTimerfdGettime, fd, &setting));
    return result < 0 ? result
                      : (setting.value.seconds != 0 || setting.value.nanoseconds != 0 ? 1 : 0);
}

Outcome signalfd(int fd, const void* mask, int flags) {
    return outcome(::signalfd(fd, static_cast<const sigset_t*>(mask), flags));
}

Outcome open_slave(int master, int flags) {
    constexpr unsigned long kGetPeer = _IO('T', 0x41);  // TIOCGPTPEER
    return outcome(::ioctl(master, kGetPeer, O_RDWR | O_NOCTTY | flags));
}

Outcome set_terminal_mode(int fd, bool canonical) {
    termios mode = {};
    const Outcome result = outcome(::tcgetattr(fd, &mode));
    if (result < 0) {
        return result;
    }
    mode.c_iflag = 0;
    mode.c_oflag = 0;
    mode.c_lflag = canonical ? ICANON : 0;
    std::fill(std::begin(mode.c_cc), std::end(mode.c_cc), cc_t{_POSIX_VDISABLE});
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    return outcome(::tcsetattr(fd, TCSANOW, &mode));
}

Outcome openpty(int fds[2], int flags) {
    int locked = 0;
    const Outcome master = open("/dev/ptmx", O_RDWR | O_NOCTTY | flags);
    if (master < 0) {
        return master;
    }
    fds[0] = static_cast<int>(master);
    Outcome result = ioctl(fds[0], TIOCSPTLCK, &locked);
    if (result >= 0) {
        result = open_slave(fds[0], flags);
    }
    if (result < 0) {
        close(fds[0]);
        return result;
    }
    fds[1] = static_cast<int>(result);
    set_terminal_mode(fds[1], false);
    return 0;
}

Outcome pidfd_open(int process) { return outcome(syscall(SYS_pidfd_open, process, 0)); }

Outcome pidfd_kill(int pidfd) {
    return outcome(syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0));
}

Outcome wait_for_exit(int pidfd) {
    constexpr int kByPidfd = 3;  // P_PIDFD, which older C libraries do not name
    siginfo_t info = {};
    return outcome(
        ::waitid(static_cast<idtype_t>(kByPidfd), static_cast<id_t>(pidfd), &info, WEXITED));
}

Outcome mknod(const char* path) { return outcome(::mknod(path, S_IFREG | 0600, 0)); }

Outcome truncate(const char* path) { return outcome(::truncate(path, 0)); }

Outcome unlink(const char* path) { return outcome(::unlink(path)); }

Outcome read(int fd, void* buffer, std::size_t length) {
    return outcome(::read(fd, buffer, length));
}

Outcome write(int fd, const void* buffer, std::size_t length) {
    return outcome(::write(fd, buffer, length));
}

Outcome pread_byte(int fd, void* buffer) { return outcome(::pread(fd, buffer, 1, 0)); }

Outcome lseek_current(int fd) { return outcome(::lseek(fd, 0, SEEK_CUR)); }

Outcome map_and_unmap(int fd, std::size_t length) {
    void* const address = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, fd, 0);
    return address == MAP_FAILED ? -errno : outcome(::munmap(address, length));
}

Outcome fsync(int fd) { return outcome(::fsync(fd)); }

Outcome ftruncate(int fd) { return outcome(::ftruncate(fd, 0)); }

Outcome ioctl(int fd, unsigned long request, void* argument) {
    return outcome(::ioctl(fd, request, argument));
}

Outcome socket(int domain, int type) { return outcome(::socket(domain, type, 0)); }

Outcome socketpair(int domain, int type, int fds[2]) {
    return outcome(::socketpair(domain, type, 0, fds));
}

Outcome bind(int fd, const void* address, unsigned int length) {
    return outcome(::bind(fd, static_cast<const sockaddr*>(address), length));
}

Outcome listen(int fd, int backlog) { return outcome(::listen(fd, backlog)); }

Outcome connect(int fd, const void* address, unsigned int length) {
    return outcome(::connect(fd, static_cast<const sockaddr*>(address), length));
}

Outcome accept4(int fd, int flags) { return outcome(::accept4(fd, nullptr, nullptr, flags)); }

Outcome send(int fd, const void* buffer, std::size_t length, int flags) {
    return outcome(::send(fd, buffer, length, flags));
}

Outcome recv(int fd, void* buffer, std::size_t length, int flags) {
    return outcome(::recv(fd, buffer, length, flags));
}

Outcome shutdown(int fd, int how) { return outcome(::shutdown(fd, how)); }

Outcome socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    const Outcome result = outcome(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length));
    return result < 0 ? result : error;
}

Outcome inet_type(int fd) {
    int domain = 0;
    int type = 0;
    socklen_t size = sizeof domain;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_INET ||
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        return 0;
    }
    return type;
}

Outcome set_socket_option(int fd, int option, int value) {
    if (option == SO_LINGER) {
        // A close waits so long until all was received, which need not come, and is 0 either way.
        constexpr int kMostSeconds = 1;
        const linger time = {1, std::min(value, kMostSeconds)};
        return outcome(::setsockopt(fd, SOL_SOCKET, option, &time, sizeof time));
    }
    return outcome(::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value));
}

}  // namespace epollcheck::system_call
