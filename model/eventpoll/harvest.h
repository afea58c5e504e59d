// The harvest: the transfer of events from the ready list to the caller.
//
// It has steps, because calls of other threads may come between them: the ready list is taken off,
// one item after the other is considered, and what is left goes back.
//
// Source: SEMANTICS C.1, R-F3; ep_send_events, fs/eventpoll.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Transfers at most `most` events of the instance; only the first `writable` of them find a buffer
/// that can be written (R-B28). Answers the events (perhaps none) or EFAULT.
Result harvest(Transition& transition, int instance, int most, int writable);

/// The first step of the same: takes the ready list off. `instance`, `most` and `writable` of
/// `progress` are set, nothing else is.
void begin_harvest(Transition& transition, HarvestProgress& progress);
/// Considers the next item, or finds that no further one comes: then it returns false.
bool consider_next(Transition& transition, HarvestProgress& progress);
/// Looser tiers: what is not ready at this instant may be missing from the batch. True if that is
/// something new.
bool excuse_unready(Transition& transition, HarvestProgress& progress);
/// The last step: what is left goes back. The answer is that of harvest().
Result end_harvest(Transition& transition, HarvestProgress& progress);

}  // namespace epollcheck
