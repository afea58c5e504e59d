// Frames: how messages travel between a host and an executor, over pipes, files and serial lines.
//
//     magic 4 | version 1 | type 1 | check of the header 2 | length 4 | payload | CRC-32 4
//
// All numbers are little-endian. The reader looks for the magic, so whatever comes before or
// between frames (messages of a boot loader, an echo, a prompt) is skipped and kept for a person to
// see. The header has a check of its own: a length is believed only if it is right and within the
// limit, and nothing is allocated for what has not arrived. The CRC-32 (IEEE 802.3) covers all
// before it. The layout up to the length never changes, so a frame of another version is recognized
// as such.

#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>

#include "harness/wire/bytes.h"

namespace epollcheck::wire {

/// What the messages of each version looked like: the CRC-32 of the examples in
/// message_layout_test.cc, which fails when a message changes and tells the next row. Version 1 was
/// before there was such a check.
inline constexpr std::uint32_t kMessageLayouts[] = {0, 0x2764664e, 0x69520c49};

/// The version of the messages that this code speaks: that of the last row.
inline constexpr std::uint8_t kProtocolVersion = std::size(kMessageLayouts);

/// What a frame is. What a host sends and what an executor sends are apart, so that a host that
/// sees its own frames echoed knows them as such.
enum class FrameType : std::uint8_t {
    // From the host.
    kHello = 0x01,
    kMeasure = 0x02,
    kMeasureCharges = 0x03,
    kBatch = 0x04,
    kBye = 0x05,
    // From the executor.
    kWelcome = 0x81,
    kCapacities = 0x82,
    kCharges = 0x83,
    kResult = 0x84,     // of one program of a batch
    kComplaint = 0x85,  // a frame of the host could not be understood: its payload is a text
};

/// Who sends frames of this type.
enum class Sender { kHost, kExecutor };
constexpr Sender sender_of(FrameType type) {
    return static_cast<std::uint8_t>(type) < 0x80 ? Sender::kHost : Sender::kExecutor;
}

/// The largest payload that is sent or accepted.
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{16} << 20;
/// What a frame has beside its payload.
inline constexpr std::size_t kHeaderBytes = 12;
inline constexpr std::size_t kTrailerBytes = 4;

struct Frame {
    FrameType type = FrameType::kHello;
    std::uint8_t version = kProtocolVersion;  // of the sender; the payload is of that version
    Bytes payload;

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// CRC-32 as in IEEE 802.3 and zlib; `before` is the CRC of the bytes that come first.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

/// Appends a frame of this version to `output`. The payload must fit (kMaxPayloadBytes).
void append_frame(Bytes& output, FrameType type, std::span<const std::uint8_t> payload);

/// Finds frames in a stream of bytes.
class FrameReader {
public:
    /// Gives frames of `wanted` only; those of the other side are an echo, and counted.
    explicit FrameReader(Sender wanted) : wanted_(wanted) {}

    /// Takes what arrived, in pieces of any size.
    void feed(std::span<const std::uint8_t> bytes);
    /// The next whole frame, or nothing as long as more bytes are needed.
    std::optional<Frame> next();

    /// Bytes that belonged to no frame so far.
    [[nodiscard]] std::uint64_t noise_bytes() const { return noise_bytes_; }
    /// The last of these bytes, at most kNoiseKept, for a person to read.
    [[nodiscard]] const std::string& noise() const { return noise_; }
    static constexpr std::size_t kNoiseKept = 2048;
    /// Frames whose header was right and whose CRC was not.
    [[nodiscard]] std::uint64_t damaged_frames() const { return damaged_frames_; }
    /// Frames of the other side.
    [[nodiscard]] std::uint64_t echoed_frames() const { return echoed_frames_; }
    /// Bytes that wait for the rest of a frame.
    [[nodiscard]] std::size_t pending_bytes() const { return buffer_.size() - start_; }

private:
    [[nodiscard]] std::span<const std::uint8_t> pending() const {
        return std::span(buffer_).subspan(start_);
    }
    void skip_noise(std::size_t bytes);
    bool find_header();

    Sender wanted_;
    Bytes buffer_;
    std::size_t start_ = 0;  // of what is not consumed
    std::uint64_t noise_bytes_ = 0;
    std::uint64_t damaged_frames_ = 0;
    std::uint64_t echoed_frames_ = 0;
    std::string noise_;
};

}  // namespace epollcheck::wire
