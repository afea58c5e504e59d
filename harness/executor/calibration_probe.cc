// The measurements behind calibration_probe.h.

#include "harness/executor/calibration_probe.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "harness/executor/abi.h"
#include "harness/executor/announcements.h"
#include "harness/executor/fdinfo.h"
#include "harness/executor/loopback.h"
#include "harness/executor/other_calls.h"
#include "harness/executor/owned_fd.h"
#include "harness/executor/paused_memory.h"
#include "harness/executor/process_helper.h"
#include "harness/executor/ring.h"
#include "harness/executor/second_process.h"
#include "harness/executor/system_calls.h"
#include "harness/executor/thread_probe.h"
#include "harness/executor/wall_clock.h"
#include "harness/executor/watch_account.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

/// A connected pair of nonblocking unix sockets; get() is -1 if there cannot be one.
struct SocketPair {
    OwnedFd sender;
    OwnedFd receiver;

    explicit SocketPair(int type) : SocketPair(make(type)) {}

private:
    struct Numbers {
        int fds[2] = {-1, -1};
    };
    explicit SocketPair(const Numbers& numbers)
        : sender(numbers.fds[0]), receiver(numbers.fds[1]) {}
    static Numbers make(int type) {
        Numbers numbers;
        socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers.fds);
        return numbers;
    }
};

/// Bytes charged to `fd`, or -1 if the target does not tell.
int charged(int fd) {
    int bytes = 0;
    return ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

std::optional<HarnessError> measure_pipes(Capacities& capacities) {
    int fds[2] = {-1, -1};
    if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) != 0) {
        return cannot("make a pipe to measure it", errno);
    }
    const OwnedFd reader(fds[0]);
    const OwnedFd writer(fds[1]);
    const int size = fcntl(writer.get(), F_GETPIPE_SZ);
    if (size < 0) {
        return cannot("ask for the size of a pipe (F_GETPIPE_SZ)", errno);
    }
    capacities.pipe_slots = static_cast<std::uint32_t>(size) / capacities.page_size;
    if (pipe2(fds, O_NONBLOCK | O_CLOEXEC | O_DIRECT) == 0) {
        capacities.has_packet_pipes = true;
        close(fds[0]);
        close(fds[1]);
    }
    // The limit without a privilege can be read but, with the privilege, not found out by trying.
    char text[32] = {};
    const OwnedFd limit(open("/proc/sys/fs/pipe-max-size", O_RDONLY | O_CLOEXEC));
    if (limit.get() >= 0 && read(limit.get(), text, sizeof text - 1) > 0) {
        capacities.pipe_max_size = static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
    } else {
        constexpr std::uint32_t kLargest = 1U << 20;  // of every kernel's default
        capacities.pipe_max_size = capacities.page_size;
        while (capacities.pipe_max_size < kLargest &&
               fcntl(writer.get(), F_SETPIPE_SZ, capacities.pipe_max_size * 2) >= 0) {
            capacities.pipe_max_size *= 2;
        }
    }
    capacities.may_exceed_pipe_max =
        fcntl(writer.get(), F_SETPIPE_SZ, capacities.pipe_max_size * 2) >= 0;
    return std::nullopt;
}

/// True if reading `length` bytes of one large send frees a buffer. 0 < length <= bytes sent.
bool frees_a_buffer(std::vector<char>& data, std::uint32_t length, std::uint32_t send_bytes) {
    const SocketPair pair(SOCK_STREAM);
    if (send(pair.sender.get(), data.data(), send_bytes, 0) <= 0) {
        return false;
    }
    const int before = charged(pair.sender.get());
    return recv(pair.receiver.get(), data.data(), length, 0) == static_cast<ssize_t>(length) &&
           charged(pair.sender.get()) < before;
}

/// The shortest read that frees the first buffer of a send that is larger than one buffer. Where
/// any read frees what it takes, bytes are counted and no buffers: then a send is as good as one
/// buffer.
std::uint32_t measure_stream_chunk(std::uint32_t send_buffer) {
    std::vector<char> data(send_buffer);
    const std::uint32_t send_bytes = send_buffer / 2;  // surely fits, overhead included
    if (!frees_a_buffer(data, send_bytes, send_bytes)) {
        return 0;
    }
    if (frees_a_buffer(data, 1, send_bytes)) {
        return send_buffer;
    }
    std::uint32_t too_short = 0;
    std::uint32_t enough = send_bytes;
    while (enough - too_short > 1) {
        const std::uint32_t middle = too_short + (enough - too_short) / 2;
        (frees_a_buffer(data, middle, send_bytes) ? enough : too_short) = middle;
    }
    return enough;
}

/// Fills the queue of a datagram socket from outside, with as many senders as it takes: a sender's
/// own buffer may be full before the queue is. Returns how many datagrams were taken.
std::uint32_t count_taken_datagrams(const sockaddr_un& address, socklen_t length) {
    constexpr std::uint32_t kMany = 1U << 16;  // an unlimited queue is not worth more
    std::uint32_t taken = 0;
    while (taken < kMany) {
        const OwnedFd sender(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (connect(sender.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
            return 0;
        }
        const std::uint32_t before = taken;
        while (taken < kMany && send(sender.get(), "", 1, 0) == 1) {
            ++taken;
        }
        if (taken == before) {
            break;
        }
    }
    return taken;
}

std::uint32_t measure_datagram_queue() {
    const OwnedFd server(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    // An abstract address (unix(7)) of our own: not every system chooses one if it is asked to.
    const int name_length = std::snprintf(address.sun_path + 1, sizeof address.sun_path - 1,
                                          "epollcheck queue of process %d", getpid());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name_length);
    if (bind(server.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
        return 0;
    }
    // A queue is full when it holds more than its limit.
    const std::uint32_t taken = count_taken_datagrams(address, length);
    return taken == 0 ? 0 : taken - 1;
}

std::optional<HarnessError> measure_sockets(Capacities& capacities) {
    const SocketPair pair(SOCK_STREAM);
    int send_buffer = 0;
    socklen_t length = sizeof send_buffer;
    if (getsockopt(pair.sender.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, &length) != 0) {
        return cannot("ask for the send buffer of a unix socket (SO_SNDBUF)", errno);
    }
    capacities.unix_send_buffer = static_cast<std::uint32_t>(send_buffer);
    capacities.has_unix_out_of_band = send(pair.sender.get(), "", 1, MSG_OOB) == 1;
    capacities.unix_stream_chunk = measure_stream_chunk(capacities.unix_send_buffer);
    capacities.datagram_queue_length = measure_datagram_queue();
    return std::nullopt;
}

/// True if an item keeps EPOLLWAKEUP, which needs a capability and suspend support (R-C33).
bool measure_wakeup() {
    const OwnedFd ep(epoll_create1(0));
    const OwnedFd watched(eventfd(0, EFD_NONBLOCK));
    epoll_event event = {};
    event.events = EPOLLIN | EPOLLWAKEUP;
    if (epoll_ctl(ep.get(), EPOLL_CTL_ADD, watched.get(), &event) != 0) {
        return false;
    }
    char text[4096];
    const system_call::Outcome length = system_call::fdinfo_text(ep.get(), text, sizeof text);
    Event items[kMaxEvents];
    return length > 0 && interest_list({text, static_cast<std::size_t>(length)}, items) == 1 &&
           (items[0].mask & EPOLLWAKEUP) != 0;
}

int error_of(system_call::Outcome outcome) { return outcome < 0 ? static_cast<int>(-outcome) : 0; }

void measure_ring(Capacities& capacities) {
    const Ring& ring = Ring::of_process();
    capacities.has_ring_control = ring.knows_control();
    capacities.has_ring_wait = ring.knows_wait();
    capacities.has_rings = ring.knows_polls_that_go_on();
}

void measure_busy_poll(Capacities& capacities) {
    const OwnedFd ep(epoll_create1(0));
    abi::EpollParams params = {};
    capacities.has_busy_poll = ioctl(ep.get(), abi::ioctl_request(kRequestGetParams), &params) == 0;
    constexpr std::uint16_t kPrivilegedBudget = 65;
    params.busy_poll_budget = kPrivilegedBudget;
    capacities.may_raise_budget =
        ioctl(ep.get(), abi::ioctl_request(kRequestSetParams), &params) == 0;
}

/// Of a number that is open: a range that nobody uses may be answered before flags are looked at.
void measure_close_range(Capacities& capacities) {
    const OwnedFd open_file(eventfd(0, EFD_CLOEXEC));
    const auto number = static_cast<unsigned>(open_file.get());
    const auto close_range = [&](unsigned flags) {
        return error_of(system_call::close_range(number, number, flags));
    };
    capacities.close_range_error = close_range(CLOSE_RANGE_CLOEXEC);
    constexpr unsigned kBoth = CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC;  // nothing is closed
    capacities.has_range_unshare =
        close_range(capacities.close_range_error == 0 ? kBoth : CLOSE_RANGE_UNSHARE) == 0;
}

/// pidfd_open(2) is of Linux 5.3, waitid(2) knows pidfds since 5.4.
bool measure_pidfd() {
    const auto pidfd = system_call::pidfd_open(getpid());
    const OwnedFd own(static_cast<int>(pidfd));
    return pidfd >= 0 && system_call::wait_for_exit(own.get()) == -ECHILD;
}

bool measure_terminals() {
    int ends[2] = {-1, -1};
    const bool works = system_call::openpty(ends, 0) == 0;
    const OwnedFd master(ends[0]);
    const OwnedFd slave(ends[1]);
    return works;
}

}  // namespace

std::optional<HarnessError> measure_capacities(Capacities& capacities) {
    capacities = {};
    capacities.page_size = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
    capacities.epoll_event_size = sizeof(epoll_event);
    // A sandbox may deny it with another error than that of a kernel that does not know it.
    capacities.has_epoll_pwait2 =
        system_call::epoll_pwait2(-1, nullptr, 1, nullptr, nullptr, 0) == -EBADF;
    capacities.has_loopback = Loopback().open();
    capacities.has_inotify = system_call::inotify_init1(-1) != -ENOSYS;
    capacities.has_pidfd = measure_pidfd();
    capacities.has_terminals = measure_terminals();
    capacities.keeps_wakeup = measure_wakeup();
    capacities.has_proc = access("/proc/self/fdinfo", R_OK | X_OK) == 0;
    capacities.has_block_device =
        OwnedFd(open("/dev/loop0", O_RDONLY | O_NONBLOCK | O_CLOEXEC)).get() >= 0;
    capacities.may_execute = may_execute_helper();
    capacities.has_fork = may_make_process(false);
    capacities.has_shared_table = may_make_process(true);
    // A 32-bit process on a 64-bit kernel may have all of its addresses to itself. Whether a call
    // refuses such an address is not asked here: that is what cases are about (R-B23).
    capacities.has_kernel_address = sizeof(void*) == 8;
    capacities.kcmp_error = error_of(system_call::kcmp_file(getpid(), 0, 0));
    capacities.unshare_error = error_of(system_call::unshare(CLONE_FILES));
    measure_close_range(capacities);
    measure_ring(capacities);
    capacities.has_threads = can_watch_threads();
    capacities.has_paused_harvest = capacities.has_threads && !PausedMemory().open(1);
    measure_busy_poll(capacities);
    capacities.may_limit_watches = WatchAccount::is_possible();
    capacities.may_step_clock = WallClock::is_possible();
    capacities.may_mount = Announcements::may_mount();
    capacities.may_set_domain_name = Announcements::may_set_domain_name();
    capacities.other_kinds = system_call::other_kinds();
    if (auto error = measure_pipes(capacities)) {
        return error;
    }
    return measure_sockets(capacities);
}

std::uint32_t measure_unix_charge(int socket_type, std::uint32_t length) {
    const SocketPair pair(socket_type);
    const std::vector<char> data(length);
    const int before = charged(pair.sender.get());
    const ssize_t sent = send(pair.sender.get(), data.data(), length, 0);
    const int after = charged(pair.sender.get());
    const bool measured = before >= 0 && after >= before && sent == static_cast<ssize_t>(length);
    return measured ? static_cast<std::uint32_t>(after - before) : 0;
}

}  // namespace epollcheck
