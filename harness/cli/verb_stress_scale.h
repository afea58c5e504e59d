// `epollcheck stress scale`: measures what epoll costs and states how the costs grow.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_stress_scale_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
