// WallClock: the clock of the machine, set ahead by a few nanoseconds and back again.
//
// TFD_TIMER_CANCEL_ON_SET (timerfd_create(2)) tells a program that CLOCK_REALTIME was set, and
// every difference counts, so one nanosecond is enough to see it, which nothing else can tell from
// the clock's own error. Setting the clock makes the kernel forget how an NTP daemon steers it,
// however small the step is, so a clock that is kept in step with others is left alone.
//
// Source: clock_adjtime(2), ADJ_SETOFFSET; do_adjtimex(), kernel/time/timekeeping.c, Linux 6.18.

#pragma once

#include <cstdint>
#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

class WallClock {
public:
    WallClock() = default;
    ~WallClock() { restore(); }
    WallClock(const WallClock&) = delete;
    WallClock& operator=(const WallClock&) = delete;

    /// True if step() can work here: the privilege is there, and nobody keeps the clock.
    static bool is_possible();

    /// Sets the clock ahead by `nanoseconds`, which are 1 to 100.
    std::optional<HarnessError> step(std::int64_t nanoseconds);
    /// Takes back all steps.
    void restore();

private:
    std::int64_t ahead_ = 0;  // nanoseconds
};

}  // namespace epollcheck
