// The header of a program: `key: value` lines before the first operation.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "harness/program/line_cursor.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// True if `line` reads `word:` and the word is no thread (`T1:`).
bool is_header_line(std::string_view line);

class HeaderParser {
public:
    /// Parses one header line into `header`. Unknown and repeated keys are errors.
    void parse_line(std::string_view line, int number, Header& header);

private:
    std::set<std::string, std::less<>> seen_;
};

}  // namespace epollcheck
