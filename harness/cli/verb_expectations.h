// `epollcheck expectations`: the files of known deviations, checked and brought up to date.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_expectations_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
