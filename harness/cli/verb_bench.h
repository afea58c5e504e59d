// `epollcheck bench`: how fast epollcheck is, as ratios measured side by side in one run.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_bench_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
