// `epollcheck compare`: one program on several targets, side by side.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_compare_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
