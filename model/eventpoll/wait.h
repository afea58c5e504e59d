// epoll_wait, epoll_pwait and epoll_pwait2: the checks of their arguments and the wait itself.
//
// Source: SEMANTICS B.3, E; do_epoll_wait and ep_poll, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// One call of the wait family by the only thread of a program: nothing can happen while it waits.
Result wait_for_events(Transition& transition, const Operation& operation);

/// True if such a call fails for its arguments alone.
bool refuses_arguments(Transition& transition, const Operation& operation);
/// Events that the caller's buffer has room for. One of which only a part fits does not fit
/// (R-B28).
int writable_events(const Transition& transition, const Operation& operation);

}  // namespace epollcheck
