// `epollcheck stress canaries`: how soon races find the seeded defects of a plug-in.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_stress_canaries_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
