// `epollcheck targets`: which implementations can be reached, and how.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_targets_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
