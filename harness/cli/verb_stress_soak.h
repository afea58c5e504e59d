// `epollcheck stress soak`: races for hours at a bounded rate, with a look for leaks every minute.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_stress_soak_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
