// Text of the values that stand in arguments and in answers alike: the inverse of value_parser.h.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/vocabulary/operation_table.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// Flags joined by `|` in the order of `flags`, bits without a name as one number at the end.
std::string flags_text(std::uint64_t bits, std::span<const FlagName> flags);

/// The name of `handle`, or "?" if the program has no such handle.
std::string handle_text(int handle, const Program& program);

/// "(ep, ADD, r, {IN, 1})": the arguments of `operation`; "" for barrier.
std::string arguments_text(const Operation& operation, const Program& program);

/// `{usecs, budget, prefer, pad}` of packed parameters.
std::string busy_poll_params_text(std::uint64_t packed);

}  // namespace epollcheck
