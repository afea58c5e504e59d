// Waiting for connections to come to rest. See connection_quiet.h.

#include "harness/executor/connection_quiet.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>

namespace epollcheck {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBound = std::chrono::seconds(10);
constexpr int kPatienceMs = 5000;
/// Linux puts off the acknowledgement of an end by 40 ms, and never by more than 200 ms.
constexpr auto kLongestDelay = std::chrono::milliseconds(250);
/// Connections may be divided among several threads by their ports, so one is not enough.
constexpr int kPairs = 6;
/// This often in a row all must look the same.
constexpr int kQuietRounds = 2;

bool becomes_ready(int fd, short events) {
    pollfd wanted = {.fd = fd, .events = events, .revents = 0};
    int ready = 0;
    do {
        ready = ::poll(&wanted, 1, kPatienceMs);
    } while (ready < 0 && errno == EINTR);
    return ready == 1;
}

int new_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

int new_listener() {
    const int fd = new_socket();
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
                    ::listen(fd, kPairs) != 0)) {
        ::close(fd);
        return -1;
    }
    return fd;
}

/// Every connection has a segment size, unless the figures of TCP_INFO are not filled in.
bool tells_what_is_unacknowledged(int fd) {
    tcp_info info = {};
    socklen_t length = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
           length > offsetof(tcp_info, tcpi_unacked) && info.tcpi_snd_mss != 0;
}

}  // namespace

ConnectionQuiet::~ConnectionQuiet() { std::ranges::for_each(pairs_, &ConnectionQuiet::close); }

void ConnectionQuiet::close(const Pair& pair) {
    const linger none = {1, 0};  // no TIME_WAIT remains
    setsockopt(pair.near, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    ::close(pair.near);
    ::close(pair.far);
}

ConnectionQuiet::Pair ConnectionQuiet::connect(int listener) {
    sockaddr_in address = {};
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    Pair pair;
    if (getsockname(listener, generic, &length) != 0 || (pair.near = new_socket()) < 0) {
        return {};
    }
    ::connect(pair.near, generic, length);
    if (becomes_ready(pair.near, POLLOUT) && becomes_ready(listener, POLLIN)) {
        pair.far = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
    if (pair.far < 0) {
        ::close(pair.near);
        return {};
    }
    const int on = 1;
    setsockopt(pair.near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(pair.far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return pair;
}

void ConnectionQuiet::open() {
    const int listener = new_listener();
    if (listener < 0) {
        return;
    }
    for (int i = 0; i < kPairs; ++i) {
        const Pair pair = connect(listener);
        if (pair.far < 0) {
            break;
        }
        if (tells_what_is_unacknowledged(pair.near)) {
            close(pair);
            break;
        }
        pairs_.push_back(pair);
    }
    ::close(listener);
}

bool ConnectionQuiet::go_to_and_fro(const Pair& pair) {
    char byte = 0;
    return ::send(pair.near, &byte, 1, MSG_NOSIGNAL) == 1 && becomes_ready(pair.far, POLLIN) &&
           ::recv(pair.far, &byte, 1, 0) == 1 && ::send(pair.far, &byte, 1, MSG_NOSIGNAL) == 1 &&
           becomes_ready(pair.near, POLLIN) && ::recv(pair.near, &byte, 1, 0) == 1;
}

ConnectionQuiet::Look ConnectionQuiet::look_at(int fd) {
    Look look;
    pollfd wanted = {.fd = fd, .events = POLLIN | POLLPRI | POLLOUT | POLLRDHUP, .revents = 0};
    ::poll(&wanted, 1, 0);
    look.events = wanted.revents;
    ::ioctl(fd, FIONREAD, &look.to_receive);
    ::ioctl(fd, SIOCOUTQ, &look.to_send);
    tcp_info info = {};
    socklen_t length = sizeof info;
    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length);
    look.state = info.tcpi_state;
    return look;
}

/// Looks at all sockets. True if they look as they did the last time, and nothing is on its way
/// (unless it `may_stay`): the end of a connection, which is worth one byte, looks the same until
/// it is acknowledged, and that wakes who waits for it.
bool ConnectionQuiet::is_same(std::span<const int> watched, bool may_stay) {
    bool same = looks_.size() == watched.size();
    looks_.resize(watched.size());
    for (std::size_t i = 0; i < watched.size(); ++i) {
        const Look now = look_at(watched[i]);
        same = same && now == looks_[i] && (may_stay || now.to_send != 1);
        looks_[i] = now;
    }
    return same;
}

bool ConnectionQuiet::wait(std::span<const int> watched) {
    if (pairs_.empty()) {
        return true;
    }
    const auto start = Clock::now();
    looks_.clear();
    int rounds = 0;
    for (auto now = start; now < start + kBound; now = Clock::now()) {
        rounds = is_same(watched, now > start + kLongestDelay) ? rounds + 1 : 0;
        if (rounds == kQuietRounds) {
            return true;
        }
        if (!std::ranges::all_of(pairs_, &ConnectionQuiet::go_to_and_fro)) {
            return false;
        }
    }
    return false;
}

}  // namespace epollcheck
