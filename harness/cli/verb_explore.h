// `epollcheck explore`: the model itself, in all worlds that a small universe of operations
// reaches.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_explore_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
