// `epollcheck stress`: what happens at once, and what happens at scale. Without an action it runs
// programs of several threads (verb_stress_races.h); its actions are verbs below this one,
// `epollcheck stress ACTION`, each in a file verb_stress_ACTION.cc.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_stress_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
