// `epollcheck emit-c`: programs as C files.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_emit_c_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
