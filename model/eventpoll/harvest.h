// The harvest: the transfer of events from the ready list to the caller.
//
// Source: SEMANTICS C.1; ep_send_events, fs/eventpoll.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Transfers at most `most` events of the instance; only the first `writable` of them find a buffer
/// that can be written (R-B28). Answers the events (perhaps none) or EFAULT.
Result harvest(Transition& transition, int instance, int most, int writable);

}  // namespace epollcheck
