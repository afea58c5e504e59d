// `epollcheck replay`: one program, run and judged again.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_replay_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
