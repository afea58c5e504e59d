// `epollcheck list`: the cases and what they are about.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_list_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
