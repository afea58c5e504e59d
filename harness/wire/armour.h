// Armour: bytes as lines of text, for lines that change bytes (a serial console).
//
//     %ep:RVAuLi4=.
//
// A line carries up to 48 bytes in base64 (RFC 4648), between a marker and a full stop. Where a
// line begins and ends does not matter, nor what stands before the marker or behind the stop, so an
// echo, a prompt, boot messages and CR LF do no harm. A line that was damaged is dropped, and the
// CRC of its frame tells. The bytes are frames (frame.h), which the armour knows nothing about.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/wire/bytes.h"

namespace epollcheck::wire {

/// Appends `bytes` as lines, each ended by LF.
void append_armoured(Bytes& output, std::span<const std::uint8_t> bytes);

/// Takes a stream of text apart.
class ArmourReader {
public:
    /// Appends to `output` the bytes of all lines that `text` completes.
    void feed(std::span<const std::uint8_t> text, Bytes& output);
    /// The last characters that belonged to no line, for a person to read.
    [[nodiscard]] const std::string& noise() const { return noise_; }

private:
    void take(char character, Bytes& output);
    void give_up();

    std::string line_;  // from its marker on
    std::string noise_;
};

}  // namespace epollcheck::wire
