// Interest lists: programs of threads look at those of their instances in the end (fdinfo), which
// not every target shows.

#pragma once

#include "harness/target/target.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

bool shows_interest_lists(const Target& target);

/// Leaves out the looks at interest lists, and what a person wrote down, which they would shift.
void leave_out_interest_lists(Program& program);

}  // namespace epollcheck
