// poll, ppoll, select and pselect of one descriptor: the other ways to ask what epoll reports
// (SEMANTICS R-C13a to R-C13d).

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// poll(2) with time-out 0, and ppoll(2).
Result poll_descriptor(Transition& transition, const Operation& operation);
/// select(2) with time-out 0, and pselect(2).
Result select_descriptor(Transition& transition, const Operation& operation);

}  // namespace epollcheck
