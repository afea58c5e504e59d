// `epollcheck enumerate`: all programs of a length over a universe, on the kernel of this machine.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_enumerate_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
