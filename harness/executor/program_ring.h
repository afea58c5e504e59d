// Requests to rings that a program made itself (uring_poll and its like). The ring of the harness,
// by which epoll is called, is another one: ring.h.
//
// A mapping would keep a ring alive after its last descriptor is closed, so its queues are mapped
// for one request only. All rings are set up alike, so any descriptor of one leads to them.
//
// Task work runs in the thread that made a request, before its current call returns. That thread
// must end with the program: see Executor::run.
//
// Source: io_uring_setup(2), io_uring_enter(2); io_uring/io_uring.c, Linux 6.18.

#pragma once

#include <span>

#include "harness/executor/system_calls.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"

namespace epollcheck::program_ring {

/// io_uring_setup(2) with room for a few requests: the descriptor.
system_call::Outcome setup();
/// Makes the request of `operation`, on the descriptors `ring` and `fd`, and waits for nothing but
/// a time-out that belongs to it: 0, or what the ring is refused with.
system_call::Outcome submit(const Operation& operation, int ring, int fd);
/// Takes the completions of `ring`, packed: how many there are.
system_call::Outcome reap(int ring, std::span<Event> completions);

}  // namespace epollcheck::program_ring
