// What happens without the program: children end and timers expire, each some time after it was
// set going (N-6).
//
// Between two operations any of these steps may have been taken, in any order. The settle operation
// waits for them: it is where a program observes, instead of sleeping, that something has come.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Lets any part of what is under way happen, as the transition chooses.
void elapse(Transition& transition);

/// The settle operation: waits until the descriptor has one of the bits, or nothing is under way
/// any more; answers as poll(2) does.
Result settle(Transition& transition, const Operation& operation);

}  // namespace epollcheck
