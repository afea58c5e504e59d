// `epollcheck linearize`: judges histories of registers that other tools wrote down.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_linearize_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
