// The text of a program cut into lines that know which step they are, for reports.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace epollcheck {

struct ProgramLine {
    std::size_t step = 0;  // number of the operation, from 1; 0: a comment or a blank line
    std::string text;
};

/// The lines of `program` after its header. A text that does not parse gives lines without steps.
std::vector<ProgramLine> numbered_program(std::string_view program);

}  // namespace epollcheck
