// `epollcheck merge`: results of several runs as one file.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_merge_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
