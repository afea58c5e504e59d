// `epollcheck shrink`: a smaller program that deviates for the same reason.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_shrink_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
