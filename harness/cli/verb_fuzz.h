// `epollcheck fuzz`: random programs on the kernel of this machine, each judged by the model.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_fuzz_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
