// io_uring: a ring as a file that can be watched, and the requests that a program makes of it.
//
// A request that cannot end at once polls its file: it waits on the queues of the file as an item
// does, and holds the file. What a wake-up makes of it is in ring_work.h.
//
// All of it is followed at tier exact only: what a looser tier leaves open of ready lists would
// leave open which requests are over. The end of a ring is not followed while requests of it are
// under way, because the kernel ends them in its own time.
//
// Source: SEMANTICS R-B49, R-D85, R-D86; io_uring/io_uring.c, poll.c, epoll.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// The io_uring_setup operation.
Result create_ring(Transition& transition);
/// What poll says of it (io_uring_poll).
MaskRange ring_mask(Transition& transition, const OpenFile& file);
/// The uring_... operations: requests, and the taking of completions.
Result call_on_ring(Transition& transition, const Operation& operation);
/// True if a request of any ring is not over.
bool has_requests_under_way(const World& world);
/// The file of a ring is gone.
void release_ring(Transition& transition, int ring);

}  // namespace epollcheck
