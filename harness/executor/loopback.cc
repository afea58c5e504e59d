// The loopback network. See loopback.h.

#include "harness/executor/loopback.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace epollcheck {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBound = std::chrono::seconds(10);  // late beyond this is never
/// The longest chain of packets that one call sets off: SYN, its answer, the answer to that.
constexpr int kRounds = 3;
/// A port that nobody serves (tcpmux, RFC 1078).
constexpr std::uint16_t kDeadPort = 1;

sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    return address;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

sockaddr_in local_address(int fd) {
    sockaddr_in address = {};
    socklen_t length = sizeof address;
    if (fd < 0 || getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        return {};
    }
    return address;
}

void set_tcp_option(int fd, int option) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, option, &on, sizeof on);
}

}  // namespace

Loopback::~Loopback() {
    leave();
    if (pilot_ >= 0) {
        ::close(pilot_);
    }
}

bool Loopback::open() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    const sockaddr_in anywhere = address_of(INADDR_LOOPBACK, 0);
    bool works = ::bind(fd, generic(anywhere), sizeof anywhere) == 0;
    const sockaddr_in own = local_address(fd);
    works = works && ::connect(fd, generic(own), sizeof own) == 0;
    if (!works) {
        ::close(fd);
        return false;
    }
    pilot_ = fd;
    quiet_.open();
    return arrive();
}

void Loopback::enter() {
    if (entered_ || sched_getaffinity(0, sizeof allowed_, &allowed_) != 0) {
        return;
    }
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(static_cast<unsigned>(sched_getcpu()), &here);
    entered_ = sched_setaffinity(0, sizeof here, &here) == 0;
}

void Loopback::stay_here() {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(static_cast<unsigned>(sched_getcpu()), &here);
    if (entered_) {
        sched_setaffinity(0, sizeof here, &here);
    }
}

void Loopback::leave() {
    if (entered_) {
        sched_setaffinity(0, sizeof allowed_, &allowed_);
        entered_ = false;
    }
}

void Loopback::keep_together(pid_t process) const {
    cpu_set_t here;
    if (entered_ && sched_getaffinity(0, sizeof here, &here) == 0) {
        sched_setaffinity(process, sizeof here, &here);
    }
}

sockaddr_in Loopback::fresh_address() {
    constexpr std::uint32_t kHosts = 1U << 23;
    constexpr std::uint32_t kFirstHost = 0x7f400000;  // 127.64.0.0
    constexpr std::uint32_t kSpread = 2654435761U;    // processes start far from each other
    const std::uint32_t start = static_cast<std::uint32_t>(getpid()) * kSpread;
    return address_of(kFirstHost + (start + next_host_++) % kHosts, 0);
}

sockaddr_in Loopback::nobodys_address() { return address_of(INADDR_LOOPBACK, kDeadPort); }

/// One packet of our own goes and comes back.
bool Loopback::send_round() {
    constexpr int kSliceMs = 20;
    const auto deadline = Clock::now() + kBound;
    ++round_;
    bool sent = false;
    std::uint32_t received = 0;
    while (Clock::now() < deadline) {
        sent = sent || ::send(pilot_, &round_, sizeof round_, 0) == sizeof round_;
        while (::recv(pilot_, &received, sizeof received, 0) == sizeof received) {
            if (received == round_) {
                return true;
            }
        }
        pollfd wanted = {.fd = pilot_, .events = POLLIN, .revents = 0};
        ::poll(&wanted, 1, kSliceMs);
    }
    return false;
}

bool Loopback::arrive() {
    for (int i = 0; i < kRounds; ++i) {
        if (!send_round()) {
            return false;
        }
    }
    return true;
}

Loopback::Outcome Loopback::be_acknowledged(int fd) {
    const auto deadline = Clock::now() + kBound;
    tcp_info info = {};
    do {
        socklen_t length = sizeof info;
        if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
            return 0;
        }
        // Of a listener the figure counts connections; a SYN that was dropped is never answered.
        const bool waits = info.tcpi_state != TCP_LISTEN && info.tcpi_state != TCP_SYN_SENT &&
                           info.tcpi_unacked > 0;
        if (!waits) {
            return 0;
        }
        sched_yield();
    } while (Clock::now() < deadline);
    return 0;
}

Loopback::Outcome Loopback::make_prompt(int fd) {
    set_tcp_option(fd, TCP_NODELAY);
    set_tcp_option(fd, TCP_QUICKACK);
    return 0;
}

Loopback::Outcome Loopback::leave_nothing_behind(int fd) {
    const linger none = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    return 0;
}

}  // namespace epollcheck
