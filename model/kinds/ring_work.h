// Ring work: what wake-ups make of the requests of rings.
//
// A wake-up only notes that a request is to be looked after. The kernel does so as task work,
// before the call that caused it returns to the program: one batch after the other, in the order of
// the wake-ups. What a batch completes is shown at its end, at once, and that wakes those who watch
// the ring, which may give the next batch something to do.
//
// Source: io_poll_wake(), io_poll_check_events(), io_poll_task_func() of io_uring/poll.c,
// io_handle_tw_list() and __io_submit_flush_completions() of io_uring/io_uring.c, Linux 6.18.

#pragma once

#include "model/vocabulary/completion.h"
#include "model/world/transition.h"

namespace epollcheck {

/// The item of a wait queue is no item but a request.
constexpr bool is_request(int item) { return item >= kMaxItems; }

/// A wake-up with `key` reaches a request on the first or second queue of its file (`entry`).
void wake_request(Transition& transition, int request, int entry, EventMask key);

/// Does one batch of what is to be done. False if there is nothing.
bool do_ring_work(Transition& transition);

/// Begins a request that holds `file` and polls it for `events`, or takes an event of it. It may
/// end at once.
void begin_request(Transition& transition, const Request& request, int file, EventMask events);
/// Something tells the request to end, with ECANCELED.
void cancel_request(Transition& transition, int request);
/// The time-out with `id` of the request that was made last ends it; if that is over, it is
/// canceled. Task work either way: those who watch the ring have heard of the request by then, but
/// if it had `begun`, the time may have been up before it was over.
void let_time_out(Transition& transition, int ring, std::uint8_t wait_id, std::uint8_t id,
                  bool begun);

/// A request is over, or tells something: seen once it is shown.
void complete(Transition& transition, int ring, const Completion& completion);
/// Shows what was completed, and wakes those who watch the ring.
void show_completions(Transition& transition, int ring);

}  // namespace epollcheck
