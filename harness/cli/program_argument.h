// Program argument: how verbs that work on one program are told which.

#pragma once

#include <optional>
#include <string>

#include "harness/cli/verb.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// The positional argument FILE.
void add_program_argument(CLI::App& command, std::string& name);

/// The program in the file `name`, from the standard input if it is "-", or the case in the binary
/// with that id. If there is none, says why and returns nothing; the exit code is then kUsage.
std::optional<Program> load_program_argument(const std::string& name);

}  // namespace epollcheck
