// timerfd: a timer whose expirations can be read and polled.
//
// The model has no clock. A timer is set to expire soon (by a second from now at the latest, or at
// an absolute time in the past), or never (an hour from now or more, which no program waits for).
// One that expires soon may have done so whenever the program looks: see elapse.h. That it does not
// expire too early (R-D27) cannot be seen without a clock and is not judged.
//
// Source: timerfd_create(2), SEMANTICS D.3; fs/timerfd.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange timerfd_mask(Transition& transition, const OpenFile& file);

/// timerfd_create(2): answers a descriptor.
Result create_timer(Transition& transition, const Operation& operation);
/// timerfd_settime(2).
Result set_timer(Transition& transition, const Operation& operation);
/// timerfd_gettime(2): answers 1 if some time remains until the next expiry, else 0.
Result get_timer(Transition& transition, const Operation& operation);
Result read_timerfd(Transition& transition, const OpenFile& file, const Operation& operation);

/// True if the timer will expire soon by itself.
bool is_due(const Timer& timer);
/// The step_clock operation: timers that are to be canceled learn of it (R-D26).
Result step_clock(Transition& transition, const Operation& operation);

void expire(Transition& transition, Timer& timer);

}  // namespace epollcheck
