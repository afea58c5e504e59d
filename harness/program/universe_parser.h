// The parser of universes (`.universe`): small sets of operations, in the syntax of programs.
//
//     title: One eventfd, edge- and level-triggered     (header lines, then a blank line)
//
//     setup:                                            operations that run before every program
//     epoll_create1(0) = ep
//     operations:                                       what programs are made of, one a line
//     epoll_wait(ep, 16, 0)
//     observations:                                     what tells worlds apart at the end
//     fdinfo(ep)
//     exchanges:                                        what can be swapped without a difference
//     e <-> f, 1 <-> 2
//
// An exchange names handles and numbers; numbers are data of interests. What stands in `setup` and
// `operations` must map to itself. Comments start with `#`; operations carry no answers.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "harness/program/parse_error.h"
#include "model/vocabulary/universe.h"

namespace epollcheck {

/// The universe that `text` describes, called `name`; `file_name` stands in errors.
std::variant<Universe, ParseError> parse_universe(std::string_view text, const std::string& name,
                                                  const std::string& file_name);

}  // namespace epollcheck
