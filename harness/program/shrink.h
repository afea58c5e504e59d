// The shrinker: a smaller program with the same property.
//
// Operations are removed by delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
// Failure-Inducing Input", 2002): halves, then smaller and smaller parts, down to single
// operations; before that whole threads go, if there are some (fewer_threads.h). Then arguments are
// made simpler, one at a time (simpler_operation.h), which may make further operations needless,
// until nothing changes any more. The property is a function of the caller, usually "still deviates
// for the same reason". All of it is deterministic.
//
// Candidates that follow each other as long as none is taken may be tried at the same time
// (shrink_team.h): the first one in their order that keeps the property is taken, and what was
// found out about later ones is forgotten. So the result does not depend on how many are tried at
// once.

#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// True for programs that have the property to be kept.
using KeepsProperty = std::function<bool(const Program&)>;

/// Of programs in order: the index of the first one that has the property, or their number.
using FirstToKeep = std::function<std::size_t(std::span<const Program>)>;

/// How often the property is asked at most. A shrink that comes to this end gives what it has.
inline constexpr std::size_t kMostShrinkRuns = 5000;

/// The smallest program that is found. `program` must have the property; the result has it, and
/// (unless the runs were used up) loses it when any one operation is removed or made simpler.
/// Annotations are dropped, and handles get canonical names.
Program shrink_program(const Program& program, const KeepsProperty& keeps,
                       std::size_t most_runs = kMostShrinkRuns);
/// The same with up to `at_once` candidates in one question.
Program shrink_program(const Program& program, const FirstToKeep& first, std::size_t at_once,
                       std::size_t most_runs);

/// The same program with handles numbered in the order in which they are bound. A use of a handle
/// that is never bound before becomes the literal -1, which is what it holds.
Program with_tidy_handles(const Program& program);

}  // namespace epollcheck
