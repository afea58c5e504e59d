// Writing and finding frames. See frame.h.

#include "harness/wire/frame.h"

#include <algorithm>
#include <array>

namespace epollcheck::wire {

namespace {

// No text and no plausible start of something else: two bytes that are not ASCII, two letters.
constexpr std::uint8_t kMagic[] = {0xe9, 'e', 'P', 0x9e};
constexpr std::size_t kVersionOffset = 4;
constexpr std::size_t kTypeOffset = 5;
constexpr std::size_t kCheckOffset = 6;
constexpr std::size_t kLengthOffset = 8;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table = {};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320U : value >> 1;
        }
        table[byte] = value;
    }
    return table;
}
constexpr auto kCrcTable = make_crc_table();

std::uint32_t number_at(std::span<const std::uint8_t> bytes, std::size_t offset, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) {
        value |= std::uint32_t{bytes[offset + static_cast<std::size_t>(i)]} << 8 * i;
    }
    return value;
}

/// The check of a header, over all of it but the check itself. Never zero for a header of zeros.
std::uint16_t header_check(std::span<const std::uint8_t> header) {
    const std::uint32_t before = crc32(header.first(kCheckOffset));
    const std::uint32_t all = crc32(header.subspan(kLengthOffset, 4), before);
    return static_cast<std::uint16_t>(all ^ all >> 16);
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t before) {
    std::uint32_t value = ~before;
    for (const std::uint8_t byte : bytes) {
        value = value >> 8 ^ kCrcTable[(value ^ byte) & 0xff];
    }
    return ~value;
}

void append_frame(Bytes& output, FrameType type, std::span<const std::uint8_t> payload) {
    const std::size_t start = output.size();
    output.insert(output.end(), std::begin(kMagic), std::end(kMagic));
    ByteWriter writer(output);
    writer.u8(kProtocolVersion);
    writer.u8(static_cast<std::uint8_t>(type));
    writer.u16(0);
    writer.u32(static_cast<std::uint32_t>(payload.size()));
    const std::uint16_t check = header_check(std::span(output).subspan(start, kHeaderBytes));
    output[start + kCheckOffset] = static_cast<std::uint8_t>(check);
    output[start + kCheckOffset + 1] = static_cast<std::uint8_t>(check >> 8);
    output.insert(output.end(), payload.begin(), payload.end());
    writer.u32(crc32(std::span(output).subspan(start)));
}

void FrameReader::feed(std::span<const std::uint8_t> bytes) {
    // What is consumed goes when it is worth a move.
    if (start_ == buffer_.size()) {
        buffer_.clear();
        start_ = 0;
    } else if (start_ > buffer_.size() / 2) {
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
        start_ = 0;
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void FrameReader::skip_noise(std::size_t bytes) {
    const auto skipped = pending().first(bytes);
    noise_.append(skipped.begin(), skipped.end());
    if (noise_.size() > kNoiseKept) {
        noise_.erase(0, noise_.size() - kNoiseKept);
    }
    noise_bytes_ += bytes;
    start_ += bytes;
}

/// Moves to the next whole header that is right. False if more bytes are needed.
bool FrameReader::find_header() {
    for (;;) {
        const auto bytes = pending();
        const auto found =
            std::search(bytes.begin(), bytes.end(), std::begin(kMagic), std::end(kMagic));
        if (found == bytes.end()) {
            // The magic may have begun at the very end.
            std::size_t kept = std::min(bytes.size(), std::size(kMagic) - 1);
            while (kept > 0 && !std::equal(bytes.end() - static_cast<std::ptrdiff_t>(kept),
                                           bytes.end(), kMagic)) {
                --kept;
            }
            skip_noise(bytes.size() - kept);
            return false;
        }
        skip_noise(static_cast<std::size_t>(found - bytes.begin()));
        const auto header = pending();
        if (header.size() < kHeaderBytes) {
            return false;
        }
        const bool right = number_at(header, kCheckOffset, 2) == header_check(header) &&
                           number_at(header, kLengthOffset, 4) <= kMaxPayloadBytes;
        if (right) {
            return true;
        }
        skip_noise(1);
    }
}

std::optional<Frame> FrameReader::next() {
    while (find_header()) {
        const auto bytes = pending();
        const std::size_t length = number_at(bytes, kLengthOffset, 4);
        const std::size_t whole = kHeaderBytes + length + kTrailerBytes;
        if (bytes.size() < whole) {
            return std::nullopt;
        }
        if (number_at(bytes, kHeaderBytes + length, 4) !=
            crc32(bytes.first(kHeaderBytes + length))) {
            ++damaged_frames_;
            skip_noise(1);  // bytes were lost perhaps, and the next frame is inside
            continue;
        }
        start_ += whole;
        const auto type = static_cast<FrameType>(bytes[kTypeOffset]);
        if (sender_of(type) != wanted_) {
            ++echoed_frames_;
            continue;
        }
        const auto payload = bytes.subspan(kHeaderBytes, length);
        return Frame{.type = type,
                     .version = bytes[kVersionOffset],
                     .payload = Bytes(payload.begin(), payload.end())};
    }
    return std::nullopt;
}

}  // namespace epollcheck::wire
