// signalfd: pending signals of the process, which can be read and polled.
//
// All items that watch a signalfd wait on one queue, that of the process (R-D70), and every signal
// that is generated for the process wakes it, also one that no signalfd asks for (R-D71). A program
// runs with the signals that it can send blocked, except SIGURG, which is ignored.
//
// The executor ends a call that waits with a signal. That wakes the queue like any other, so what
// blocks has an effect here: see interrupt().
//
// Source: signalfd(2), SEMANTICS D.7; fs/signalfd.c and __send_signal_locked() of kernel/signal.c,
// Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange signalfd_mask(Transition& transition, const OpenFile& file);

/// signalfd(2) with -1: answers a descriptor.
Result create_signalfd(Transition& transition, const Operation& operation);
/// signalfd(2) with a descriptor: changes the signals that it shows.
Result change_signalfd(Transition& transition, const Operation& operation);
/// kill(2) and tgkill(2) of the program itself.
Result send_signal(Transition& transition, const Operation& operation);
Result read_signalfd(Transition& transition, const OpenFile& file, const Operation& operation);

/// What the signal does by which the executor ends a call that waits.
void interrupt(Transition& transition);

/// True if a signal that only a wait with an empty mask lets through is pending.
bool has_pending_signal(const World& world);

}  // namespace epollcheck
