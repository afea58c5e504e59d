// Numbers of the wire. See bytes.h.

#include "harness/wire/bytes.h"

namespace epollcheck::wire {

namespace {

constexpr int kBitsPerByte = 7;
constexpr std::uint8_t kMore = 0x80;

std::uint64_t folded(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unfolded(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace

std::string DecodeError::text() const { return what + " at byte " + std::to_string(offset); }

void ByteWriter::fixed(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) {
        bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    }
}

void ByteWriter::varint(std::uint64_t value) {
    while (value >= kMore) {
        bytes_.push_back(static_cast<std::uint8_t>(value) | kMore);
        value >>= kBitsPerByte;
    }
    bytes_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::signed_varint(std::int64_t value) { varint(folded(value)); }

void ByteWriter::text(std::string_view text) {
    varint(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
}

void ByteReader::fail(std::string what) {
    if (!error_) {
        error_ = DecodeError{offset_, std::move(what)};
        offset_ = bytes_.size();  // nothing is read any more
    }
}

void ByteReader::expect_end() {
    if (left() > 0) {
        fail(std::to_string(left()) + " bytes too many");
    }
}

std::uint64_t ByteReader::fixed(int count) {
    if (left() < static_cast<std::size_t>(count)) {
        fail("the data ends in the middle of a number");
        return 0;
    }
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
        value |= std::uint64_t{bytes_[offset_++]} << 8 * i;
    }
    return value;
}

std::uint64_t ByteReader::varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += kBitsPerByte) {
        if (left() == 0) {
            fail("the data ends in the middle of a number");
            return 0;
        }
        const std::uint8_t byte = bytes_[offset_];
        const std::uint64_t bits = byte & (kMore - 1);
        if (shift == 63 && bits > 1) {
            break;
        }
        ++offset_;
        value |= bits << shift;
        if ((byte & kMore) == 0) {
            return value;
        }
    }
    fail("a number of more than 64 bits");
    return 0;
}

std::int64_t ByteReader::signed_varint() { return unfolded(varint()); }

std::uint64_t ByteReader::varint_up_to(std::uint64_t most, const char* what) {
    const std::size_t start = offset_;
    const std::uint64_t value = varint();
    if (value > most) {
        offset_ = start;
        fail(std::string(what) + " of " + std::to_string(value) + ", where " +
             std::to_string(most) + " is the most,");
        return 0;
    }
    return value;
}

std::int64_t ByteReader::signed_between(std::int64_t least, std::int64_t most, const char* what) {
    const std::size_t start = offset_;
    const std::int64_t value = signed_varint();
    if (!failed() && (value < least || value > most)) {
        offset_ = start;
        fail(std::string(what) + " of " + std::to_string(value) + ", which is not between " +
             std::to_string(least) + " and " + std::to_string(most) + ",");
        return 0;
    }
    return value;
}

std::string ByteReader::text(std::size_t most, const char* what) {
    const std::size_t length = count(most, what);
    std::string result(bytes_.begin() + static_cast<std::ptrdiff_t>(offset_),
                       bytes_.begin() + static_cast<std::ptrdiff_t>(offset_ + length));
    offset_ += length;
    return result;
}

std::size_t ByteReader::count(std::size_t most, const char* what) {
    const auto value = static_cast<std::size_t>(varint_up_to(most, what));
    if (value > left()) {
        fail(std::string(what) + " of " + std::to_string(value) +
             " is more than what follows can hold,");
        return 0;
    }
    return value;
}

}  // namespace epollcheck::wire
