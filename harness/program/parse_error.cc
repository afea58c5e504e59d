// The text of a parse error.

#include "harness/program/parse_error.h"

#include <fmt/format.h>

namespace epollcheck {

std::string ParseError::text() const {
    const std::string place = line > 0 ? fmt::format("{}:{}:{}", file, line, column) : file;
    const std::string advice = suggestion.empty() ? "" : "; " + suggestion;
    return fmt::format("{}: error: {}{}", place, message, advice);
}

}  // namespace epollcheck
