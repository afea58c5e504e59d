// The mark of a program in which the lying executor (main.cc here) misbehaves.

#pragma once

#include <cstdint>

namespace epollcheck {

/// Operation::number of one of its operations.
inline constexpr std::int32_t kMarker = 666;

}  // namespace epollcheck
