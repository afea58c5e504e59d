// The comment at the head of emitted C files: what the file is about, in words.

#pragma once

#include <string>

#include "harness/program/emit_c.h"

namespace epollcheck {

/// The head of the file for `program`: its story, the rules, what is checked and the exit status.
std::string c_head(const Program& program, const Reproducer& reproducer);

/// An answer to operation `step` in the words of the text form. A descriptor has no name there.
std::string c_answer_text(const Program& program, std::size_t step, const Answer& answer);

/// All answers that are allowed, "[7:IN] or []".
std::string c_allowed_text(const Program& program, std::size_t step, const AllowedAnswers& allowed);

}  // namespace epollcheck
