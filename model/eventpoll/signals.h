// Signals that a program sends to itself: which are pending, and what lets them through (SEMANTICS
// R-E1, R-E2, R-E9, R-E11).
//
// One thread, and four signals with a handler each that does nothing: a signal is pending as long
// as it is blocked, and handled the moment it is not. The thread and the process have a set of
// pending signals each; a standard signal is in a set once, a real-time signal as often as it was
// sent. Every signal that is generated wakes those that watch a signalfd (R-D70, R-D71). A fifth
// one, SIGURG, is ignored.
//
// The executor ends a call that waits with a signal, too: see wake_by_tick().
//
// Source: signal(7); kernel/signal.c (__send_signal_locked(), dequeue_signal()), Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// kill and tgkill of the program itself.
Result send_signals(Transition& transition, const Operation& operation);
/// sigprocmask: answers which signals were blocked before.
Result change_signal_mask(Transition& transition, const Operation& operation);
/// sigpending.
Result pending_signals(Transition& transition);

/// Takes the signal of `mask` that comes first out of those that are pending. False if there is
/// none.
bool take_signal(Signals& signals, std::uint8_t mask);
/// The signals that are pending, for the thread or for the process.
std::uint8_t pending_signals(const World& world);

/// The pending signals that the mask of a call lets through; without a mask there are none.
std::uint8_t deliverable_signals(const World& world, const Operation& operation);
/// The answer of a call that those signals interrupt: their handlers run, with the call's mask.
Result interrupt(Transition& transition, const Operation& operation);

/// What the signal does by which the executor ends a call that waits.
void wake_by_tick(Transition& transition);

}  // namespace epollcheck
