// `epollcheck explain`: what the model allows at each step of a program.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_explain_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
