// Layout of emitted C files: lines that fit on a screen.

#pragma once

#include <cstddef>
#include <string>

namespace epollcheck {

/// The most columns of a line.
inline constexpr std::size_t kCColumns = 100;

/// `text` in lines that fit, broken at blanks outside strings; what follows is indented by
/// `indent`. A line that begins with an operator is avoided.
std::string c_wrapped(std::string text, std::size_t indent);

}  // namespace epollcheck
