// One step of the model: an operation acts on a world and gives the answer that is allowed.
//
// This is the deterministic half of the model (SEMANTICS section K); belief.h lifts it to the set
// of worlds that are possible after what was observed.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Applies `operation`. The answer's events are in transition.events(). If the transition became
/// impossible or gave up, the world is of no use any more.
Result apply(Transition& transition, const Operation& operation);

}  // namespace epollcheck
