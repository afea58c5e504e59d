// Frames over descriptors. See channel.h.

#include "harness/standalone/channel.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace epollcheck {

namespace {

constexpr std::size_t kReadBytes = 65536;
constexpr std::size_t kEnoughBytes = 32768;
constexpr std::int64_t kPatienceNs = 20'000'000;

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// After EAGAIN: a descriptor that somebody else made nonblocking is waited for.
bool wait_for(int fd, short events) {
    pollfd wanted = {.fd = fd, .events = events, .revents = 0};
    constexpr int kForEver = -1;
    return ::poll(&wanted, 1, kForEver) >= 0 || errno == EINTR;
}

}  // namespace

std::size_t read_some(int fd, std::span<std::uint8_t> room) {
    for (;;) {
        const ssize_t count = ::read(fd, room.data(), room.size());
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR && !(errno == EAGAIN && wait_for(fd, POLLIN))) {
            return 0;
        }
    }
}

bool write_all(int fd, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno != EINTR && !(errno == EAGAIN && wait_for(fd, POLLOUT))) {
            return false;
        }
    }
    return true;
}

std::optional<wire::Frame> Channel::receive() {
    for (;;) {
        if (auto frame = reader_.next()) {
            return frame;
        }
        incoming_.resize(kReadBytes);
        const std::size_t count = read_some(input_, incoming_);
        if (count == 0) {
            return std::nullopt;
        }
        const std::span<const std::uint8_t> bytes(incoming_.data(), count);
        if (armour_) {
            wire::Bytes plain;
            armour_reader_.feed(bytes, plain);
            reader_.feed(plain);
        } else {
            reader_.feed(bytes);
        }
    }
}

bool Channel::flush() {
    bool written = false;
    if (armour_) {
        armoured_.clear();
        wire::append_armoured(armoured_, outgoing_);
        written = write_all(output_, armoured_);
    } else {
        written = write_all(output_, outgoing_);
    }
    outgoing_.clear();
    last_flush_ns_ = now_ns();
    return written;
}

bool Channel::sent(bool at_once) {
    const bool due =
        at_once || outgoing_.size() >= kEnoughBytes || now_ns() - last_flush_ns_ >= kPatienceNs;
    return !due || flush();
}

}  // namespace epollcheck
