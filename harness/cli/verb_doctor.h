// `epollcheck doctor`: what this machine offers to epollcheck.

#pragma once

#include "harness/cli/verb.h"

namespace epollcheck {

RunVerb add_doctor_verb(CLI::App& command, const CommandLine& line);

}  // namespace epollcheck
