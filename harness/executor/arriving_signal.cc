// A signal that arrives. See arriving_signal.h.

#include "harness/executor/arriving_signal.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>

#include "harness/executor/program_signals.h"

// Older C libraries do not give the thread's member of struct sigevent a name.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace epollcheck {

ArrivingSignal::~ArrivingSignal() {
    if (created_) {
        timer_delete(timer_);
    }
}

std::optional<HarnessError> ArrivingSignal::prepare() {
    sigevent notification = {};
    notification.sigev_notify = SIGEV_THREAD_ID;
    notification.sigev_signo = ProgramSignals::number(signal_);
    notification.sigev_notify_thread_id = gettid();
    if (timer_create(CLOCK_MONOTONIC, &notification, &timer_) != 0) {
        return cannot("create the timer that sends a signal to a program", errno,
                      "Raise the limit of pending signals (ulimit -i).");
    }
    created_ = true;
    return std::nullopt;
}

void ArrivingSignal::send_soon() {
    handled_before_ = ProgramSignals::handled();
    constexpr long kMoment = 1'000'000;  // nanoseconds
    const itimerspec once = {{0, 0}, {0, kMoment}};
    if ((ProgramSignals::pending() & signal_) == 0) {
        timer_settime(timer_, 0, &once, nullptr);
    }
}

void ArrivingSignal::wait_until_pending() const {
    constexpr auto kBound = std::chrono::seconds(10);  // late beyond this is never
    const auto deadline = std::chrono::steady_clock::now() + kBound;
    while ((ProgramSignals::blocked() & signal_) != 0 &&
           (ProgramSignals::pending() & signal_) == 0 &&
           ProgramSignals::handled() == handled_before_ &&
           std::chrono::steady_clock::now() < deadline) {
        sched_yield();
    }
}

}  // namespace epollcheck
