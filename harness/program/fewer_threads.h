// Programs with fewer threads: what a shrinker tries before it looks at single operations. What was
// written down about operations is dropped.

#pragma once

#include <vector>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// `program` without its second process or one of its threads: without its operations, or with
/// those of a thread in another one. T1 stays, as it is what runs alone between sections. Empty if
/// there is nobody else.
std::vector<Program> programs_with_fewer_threads(const Program& program);

/// The same program with threads numbered in the order in which they come, behind T1, and without
/// barriers that part nothing.
Program with_tidy_threads(const Program& program);

}  // namespace epollcheck
