// How long a call of a program must have waited until it counts as blocked.
//
// Most programs are about files that change only by the calls of the program: pipes, eventfds, unix
// sockets, instances. Such a call either has something to answer when it is made or never will, so
// one look at it waiting would do. Packets, timers, terminals, children and other processes act by
// themselves, and are given the time for it.

#pragma once

#include <span>

#include "harness/executor/call_timer.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Brisk if nothing but the calls of `operations` themselves changes what these answer.
Pace pace_of(std::span<const Operation> operations);

}  // namespace epollcheck
