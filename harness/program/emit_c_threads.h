// Emitted C files of programs with several threads: the program, over and over, in real threads.

#pragma once

#include <string>
#include <variant>

#include "harness/program/emit_c.h"

namespace epollcheck {

/// The C file for `program`, which has several threads. See emit_c.h.
std::variant<std::string, CannotEmit> emit_threads_c(const Program& program,
                                                     const Reproducer& reproducer);

}  // namespace epollcheck
