// `epollcheck format`: programs in their canonical form.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_format_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
