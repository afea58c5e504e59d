// Bytes: writing and reading the numbers of the wire, in one order on every machine.
//
// Fixed numbers are little-endian; most numbers are varints (LEB128: seven bits a byte, the lowest
// first, the top bit says that more follow), signed ones folded so that small ones stay short
// (0, -1, 1, -2 become 0, 1, 2, 3). The reader trusts nobody: what is missing, too long or out of
// range makes it fail once, with the offset, and every later read gives zeros.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace epollcheck::wire {

using Bytes = std::vector<std::uint8_t>;

/// Why bytes could not be understood.
struct DecodeError {
    std::size_t offset = 0;  // of the byte that is wrong, counted from the start of the payload
    std::string what;        // "an operation of unknown kind 200"

    /// Both as one sentence.
    [[nodiscard]] std::string text() const;
};

/// Appends to a buffer that the caller owns.
class ByteWriter {
public:
    explicit ByteWriter(Bytes& bytes) : bytes_(bytes) {}

    void u8(std::uint8_t value) { bytes_.push_back(value); }
    void u16(std::uint16_t value) { fixed(value, 2); }
    void u32(std::uint32_t value) { fixed(value, 4); }
    void varint(std::uint64_t value);
    void signed_varint(std::int64_t value);
    /// Length, then the bytes.
    void text(std::string_view text);

private:
    void fixed(std::uint64_t value, int count);

    Bytes& bytes_;
};

class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(fixed(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(fixed(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
    std::uint64_t varint();
    std::int64_t signed_varint();
    /// A varint that must not exceed `most`; `what` names it in the error.
    std::uint64_t varint_up_to(std::uint64_t most, const char* what);
    /// A signed varint from `least` to `most`.
    std::int64_t signed_between(std::int64_t least, std::int64_t most, const char* what);
    /// A text of at most `most` bytes.
    std::string text(std::size_t most, const char* what);
    /// A number of elements that are at least one byte each: one that does not fit into what is
    /// left is an error, so that a hostile count allocates nothing.
    std::size_t count(std::size_t most, const char* what);

    /// Remembers an error at the current offset unless there is one.
    void fail(std::string what);
    /// Fails if bytes are left.
    void expect_end();
    [[nodiscard]] bool failed() const { return error_.has_value(); }
    [[nodiscard]] const std::optional<DecodeError>& error() const { return error_; }
    [[nodiscard]] std::size_t offset() const { return offset_; }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - offset_; }

private:
    std::uint64_t fixed(int count);

    std::span<const std::uint8_t> bytes_;
    std::size_t offset_ = 0;
    std::optional<DecodeError> error_;
};

}  // namespace epollcheck::wire
