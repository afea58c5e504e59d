// The printer of the text form of programs, and of single operations and answers for reports.
//
// parse_program(print_program(p)) == p holds for every program in canonical form, which is what the
// parser and the generators make: handles are numbered in the order in which they are bound, and
// bound before they are used; fields that the text does not show have their default; a pointer that
// is not kGood leaves what it would point to at its default; dup2 and dup3 bind the handle of their
// second argument; comments are single lines without blanks at the end; with no operations, all
// comments are notes. Any other program prints too, as what is closest.

#pragma once

#include <cstddef>
#include <string>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// The canonical text of `program`, with a newline at the end of each line.
std::string print_program(const Program& program);

/// The call of operation `index` on one line, with thread prefix (if the program has several
/// threads) and the handle that it binds, but without its answers: "T2: epoll_create1(0) = ep".
std::string print_operation(const Program& program, std::size_t index);

/// An answer to `operation`, in the words of the text form: "EAGAIN", "[7:IN|OUT]", "{5}",
/// "blocks". A new descriptor is the name of the handle that it is bound to, or "fd"; a pair is
/// "0". What never ran is "did not run".
std::string print_answer(const Operation& operation, const Program& program,
                         const Observation& answer);

}  // namespace epollcheck
