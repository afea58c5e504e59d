// The harvest: the transfer of events from the ready list to the caller, and the look that poll(2)
// and an outer instance take at the ready list.
//
// Source: SEMANTICS C.1 and R-B30, R-B31; ep_send_events and __ep_eventpoll_poll, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Transfers at most `most` events of the instance; only the first `writable` of them find a buffer
/// that can be written (R-B28). Answers the events (perhaps none) or EFAULT.
Result harvest(Transition& transition, int instance, int most, int writable);

/// What the poll method of the epoll file answers (R-B30). Items found not ready are dropped (R-B31).
MaskRange poll_instance(Transition& transition, int instance);

}  // namespace epollcheck
