// `epollcheck stress` without an action: programs of several threads, judged by a search for an
// order of their calls.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_stress_races_verb(CLI::App& command, const CommandLine& command_line);

}  // namespace epollcheck
