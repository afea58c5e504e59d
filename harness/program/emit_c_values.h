// Values of emitted C files: flags, masks, pointers, signals and numbers as C expressions.

#pragma once

#include <cstdint>
#include <string>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// "A | B" of the names in `flags`; what has no name becomes the bit that no call knows.
std::string c_flags(std::uint64_t bits, std::span<const FlagName> flags);
/// The same for flags whose bits are those of the C headers.
std::string c_real_flags(std::uint64_t bits, std::span<const FlagName> flags);
/// "EPOLLIN | EPOLLET", with POLL for the prefix "POLL".
std::string c_events(EventMask mask, std::string_view prefix);
/// One signal.
std::string c_signal(std::uint32_t signal);
/// A list of signals that ends with 0, as an argument.
std::string c_signals(std::uint32_t signals);
/// An unsigned number, with a suffix where it is large.
std::string c_number(std::uint64_t number);
/// A pointer that does not point to memory of the right size; `good` for one that does.
std::string c_pointer(Pointer pointer, const std::string& good);
/// `text` as a string literal.
std::string c_string(std::string_view text);
/// `text` in a comment: it cannot end the comment.
std::string c_comment(std::string_view text);

}  // namespace epollcheck
