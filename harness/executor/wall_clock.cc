// The clock of the machine. See wall_clock.h.

#include "harness/executor/wall_clock.h"

#include <sys/timex.h>
#include <time.h>

#include <cerrno>
#include <string>

namespace epollcheck {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // nanoseconds
constexpr std::int64_t kMostStep = 100;

int shift(std::int64_t nanoseconds) {
    timex change = {};
    change.modes = ADJ_SETOFFSET | ADJ_NANO;
    const std::int64_t whole = nanoseconds < 0 ? -1 : 0;  // seconds; the fraction is positive
    change.time.tv_sec = whole;
    change.time.tv_usec = nanoseconds - whole * kSecond;
    return clock_adjtime(CLOCK_REALTIME, &change);
}

}  // namespace

bool WallClock::is_possible() {
    timex clock = {};
    if (clock_adjtime(CLOCK_REALTIME, &clock) < 0 || (clock.status & STA_UNSYNC) == 0) {
        return false;
    }
    // A fraction below 0 is refused, but only after the privilege was looked at.
    timex invalid = {};
    invalid.modes = ADJ_SETOFFSET | ADJ_NANO;
    invalid.time.tv_usec = -1;
    return clock_adjtime(CLOCK_REALTIME, &invalid) < 0 && errno == EINVAL;
}

std::optional<HarnessError> WallClock::step(std::int64_t nanoseconds) {
    if (nanoseconds <= 0 || nanoseconds > kMostStep) {
        return HarnessError{"a program steps the clock by " + std::to_string(nanoseconds) +
                            " ns; 1 to 100 are possible"};
    }
    if (!is_possible()) {
        return HarnessError{
            "a program steps the clock, which needs CAP_SYS_TIME and a clock that no NTP daemon "
            "keeps; leave out programs that use step_clock"};
    }
    if (shift(nanoseconds) < 0) {
        return cannot("set the clock", errno);
    }
    ahead_ += nanoseconds;
    return std::nullopt;
}

void WallClock::restore() {
    if (ahead_ != 0) {
        shift(-ahead_);
        ahead_ = 0;
    }
}

}  // namespace epollcheck
