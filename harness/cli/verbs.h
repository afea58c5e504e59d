// The verbs of the command line, in the order of `epollcheck --help`.

#pragma once

#include <span>

#include "harness/cli/verb.h"

namespace epollcheck {

std::span<const VerbEntry> verbs();

}  // namespace epollcheck
