// Signals that a program sends to itself: which are pending, and what lets them through (SEMANTICS
// R-E1, R-E2, R-E9, R-E11).
//
// Each process has one thread, and four signals with a handler each that does nothing: a signal is
// pending as long as it is blocked, and handled the moment it is not. The thread and the process
// have a set of pending signals each; a standard signal is in a set once, a real-time signal as
// often as it was sent. Every signal that is generated wakes those that watch a signalfd and were
// added by that process (R-D70, R-D71). A fifth one, SIGURG, is ignored.
//
// The executor ends a call that waits with a signal, too: see wake_by_tick(). And it sends one that
// the program asks for while a call waits: see arrive().
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
std::uint8_t pending_signals(const Signals& signals);
/// The signals of the process that makes the call.
Signals& signals_of(Transition& transition);
const Signals& signals_of(const Transition& transition);

/// The pending signals that the mask of a call lets through; without a mask there are none.
std::uint8_t deliverable_signals(const Transition& transition, const Operation& operation);
/// The answer of a call that those signals interrupt: their handlers run, with the call's mask.
Result interrupt(Transition& transition, const Operation& operation);

/// The signal that is sent to the thread while its call waits is pending now, and has woken those
/// that watch for it.
void arrive(Transition& transition, const Operation& operation);
/// True if the call is ended by what arrived: EINTR, unless it finds events.
bool ends_by_arrival(Transition& transition, const Operation& operation);
/// What becomes of the signal that arrived when the call returns.
void return_after_arrival(Transition& transition, const Operation& operation, bool interrupted);

/// A second process gets signals of its own: the mask of its parent, and nothing pending.
void fork_signals(Transition& transition);
/// The end of the second process: those that it added to watch for signals are woken a last time.
void end_signals(Transition& transition);

/// What the signal does by which the executor ends a call that waits.
void wake_by_tick(Transition& transition);

}  // namespace epollcheck
