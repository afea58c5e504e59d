// Reader subject: everything that reads what others wrote, fed with hostile bytes.
//
// The first byte says which reader; the rest is its input. A reader may refuse anything, but it
// must come to an end, read nothing that is not there (which sanitizers see), and what it accepts
// it must be able to write and read again as the same.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace epollcheck {

/// The names of the readers; the first byte of an input is the number of one, modulo their count.
std::vector<std::string_view> reader_names();

/// Feeds one input. What the reader did wrong, or nothing.
std::optional<std::string> read_hostile(std::span<const std::uint8_t> bytes);

}  // namespace epollcheck
