// Simpler operations: what an operation can become without getting more complicated.
//
// Each candidate is simpler by a measure that has an end (fewer bits, smaller numbers, an earlier
// handle, a plainer call), so taking candidates until none is accepted comes to an end, too.

#pragma once

#include <cstddef>
#include <vector>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// Operations that are simpler than operation `index` of `program`, the simplest first.
std::vector<Operation> simpler_operations(const Program& program, std::size_t index);

/// The same program with handles named after what makes them: ep, e, r and w, a and b, ep2 ...
Program with_canonical_names(const Program& program);

}  // namespace epollcheck
