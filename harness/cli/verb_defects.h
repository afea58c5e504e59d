// `epollcheck defects`: the kill matrix of the model defects.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_defects_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
