// `epollcheck run`: the conformance cases on the kernel of this machine.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_run_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
