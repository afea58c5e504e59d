// signalfd: pending signals of the process, which can be read and polled.
//
// All items that watch a signalfd wait on one queue, that of the process (R-D70), and every signal
// that is generated for the process wakes it, also one that no signalfd asks for (R-D71): see
// signals.h.
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
Result read_signalfd(Transition& transition, const OpenFile& file, const Operation& operation);

}  // namespace epollcheck
