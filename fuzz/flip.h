// Flip: one argument of an operation becomes another one. The part of the mutator that knows what
// arguments there are, from the operation table.

#pragma once

#include "harness/program/random.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Changes one argument that is no handle, or what kind of call it is among those that take the
/// same arguments. Not every change is visible: some are those of a field that is not used.
void flip_argument(Operation& operation, Random& random);

}  // namespace epollcheck
