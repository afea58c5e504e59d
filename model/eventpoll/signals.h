// Signals that a program sends to itself, as far as waits see them (SEMANTICS R-E1, R-E2, R-E9,
// R-E11). One thread, two signals, each with a handler that does nothing: a signal is pending as
// long as it is blocked, and handled the moment it is not.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// kill of the thread itself.
Result send_signals(Transition& transition, const Operation& operation);
/// sigprocmask: answers which signals were blocked before.
Result change_signal_mask(Transition& transition, const Operation& operation);
/// sigpending.
Result pending_signals(Transition& transition);

/// The pending signals that the mask of a call lets through; without a mask there are none.
std::uint8_t deliverable_signals(const World& world, const Operation& operation);
/// The answer of a call that those signals interrupt: their handlers run, with the call's mask.
Result interrupt(Transition& transition, const Operation& operation);

}  // namespace epollcheck
