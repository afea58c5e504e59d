// Channel: frames over two descriptors, as bytes or as armoured text.
//
// What is sent collects in a buffer and goes out in large writes: when there is much of it, when
// some time has passed, or when it is said so. A host that sees a channel end therefore misses at
// most what was sent in that time, and asks again for what it misses.

#pragma once

#include <cstdint>
#include <optional>

#include "harness/wire/armour.h"
#include "harness/wire/frame.h"

namespace epollcheck {

class Channel {
public:
    /// The descriptors belong to the caller; -1: there is none on that side.
    Channel(int input, int output, bool armour) : input_(input), output_(output), armour_(armour) {}

    /// The next frame of a host, or nothing at the end of the input.
    std::optional<wire::Frame> receive();

    /// To be appended to by what is sent, and then told with sent().
    [[nodiscard]] wire::Bytes& outgoing() { return outgoing_; }
    /// Something was appended; `at_once`: it must not wait. False if nobody listens any more.
    bool sent(bool at_once);

private:
    bool flush();

    int input_;
    int output_;
    bool armour_;
    wire::FrameReader reader_{wire::Sender::kHost};
    wire::ArmourReader armour_reader_;
    wire::Bytes incoming_;
    wire::Bytes outgoing_;
    wire::Bytes armoured_;
    std::int64_t last_flush_ns_ = 0;
};

/// Reads what is there, at least a byte. 0 at the end or after an error.
std::size_t read_some(int fd, std::span<std::uint8_t> room);
/// Writes all of `bytes`. False if that is impossible.
bool write_all(int fd, std::span<const std::uint8_t> bytes);

}  // namespace epollcheck
