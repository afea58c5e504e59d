// The shrinker: a smaller program with the same property.
//
// Operations are removed by delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
// Failure-Inducing Input", 2002): halves, then smaller and smaller parts, down to single
// operations. The property is a function of the caller, usually "still deviates for the same
// reason".

#pragma once

#include <functional>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// True for programs that have the property to be kept.
using KeepsProperty = std::function<bool(const Program&)>;

/// The smallest program that delta debugging finds. `program` must have the property; the result
/// has it, and removing any one operation of it loses it. Annotations are dropped.
Program shrink_program(const Program& program, const KeepsProperty& keeps);

/// The same program with handles numbered in the order in which they are bound. A use of a handle
/// that is never bound before becomes the literal -1, which is what it holds.
Program with_tidy_handles(const Program& program);

}  // namespace epollcheck
