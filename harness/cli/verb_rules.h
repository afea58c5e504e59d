// `epollcheck rules`: the rules, and which cases cite or exercised them.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_rules_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
