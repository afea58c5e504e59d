// The periodic signal behind CallTimer: timer_create(2) with SIGEV_THREAD_ID, or setitimer(2) on
// systems that have no such timers. The signal of the latter goes to the whole process; threads of
// the executor other than the one that runs programs block all signals.

#include "harness/executor/call_timer.h"

#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

// Older C libraries do not give the thread's member of struct sigevent a name.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

namespace epollcheck {
namespace {

/// Nanoseconds between ticks.
long period_of(Pace pace) { return pace == Pace::kBrisk ? 1'000'000 : 20'000'000; }

// The handler runs in the thread that waits, so each thread counts its own ticks.
thread_local volatile std::sig_atomic_t tick_count = 0;

// An emulator may not have all signals of its guest, the last ones first.
constexpr int kMostAttempts = 8;
int tick_signal = SIGRTMAX;

extern "C" void epollcheck_on_tick(int) { tick_count = tick_count + 1; }

/// Lets a tick run its handler in this thread. 0 or an errno.
int handle_ticks() {
    // The handler stays for the rest of the process: the default action of a tick that is still on
    // its way when the timer goes would end it. Without SA_RESTART, so that calls do end.
    struct sigaction action = {};
    action.sa_handler = epollcheck_on_tick;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, tick_signal);
    if (sigaction(tick_signal, &action, nullptr) != 0) {
        return errno;
    }
    return pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace

CallTimer::~CallTimer() { leave_thread(); }

void CallTimer::leave_thread() {
    stop();
    if (std::exchange(created_, false)) {
        timer_delete(timer_);
    }
}

int CallTimer::signal() { return tick_signal; }

void CallTimer::use_signal(int signal) { tick_signal = signal; }

unsigned CallTimer::ticks() { return static_cast<unsigned>(tick_count); }

/// 0, or the errno of what cannot be done with the signal that is a tick.
int CallTimer::try_to_create() {
    if (const int error = handle_ticks(); error != 0) {
        return error;
    }
    sigevent notification = {};
    notification.sigev_notify = SIGEV_THREAD_ID;
    notification.sigev_signo = signal();
    notification.sigev_notify_thread_id = gettid();
    return timer_create(CLOCK_MONOTONIC, &notification, &timer_) == 0 ? 0 : errno;
}

std::optional<HarnessError> CallTimer::create() {
    if (created_) {
        timer_delete(timer_);
        created_ = false;
    }
    int error = try_to_create();
    for (int attempt = 1; error == EINVAL && attempt < kMostAttempts; ++attempt) {
        --tick_signal;
        error = try_to_create();
    }
    if (error == ENOSYS || error == EINVAL) {
        tick_signal = SIGALRM;
        is_of_process_ = true;
        error = handle_ticks();
    }
    if (error != 0) {
        return cannot("create the timer that ends blocked calls", error,
                      "Raise the limit of pending signals (ulimit -i).");
    }
    created_ = !is_of_process_;
    thread_ = pthread_self();
    return std::nullopt;
}

std::optional<HarnessError> CallTimer::start_of_process() {
    const long microseconds = period_of(pace_) / 1000;
    const itimerval period = {{0, microseconds}, {0, microseconds}};
    if (setitimer(ITIMER_REAL, &period, nullptr) != 0) {
        return cannot("start the timer that ends blocked calls", errno);
    }
    running_ = true;
    return std::nullopt;
}

std::optional<HarnessError> CallTimer::start() {
    if (running_) {
        return std::nullopt;
    }
    if (is_of_process_) {
        return start_of_process();
    }
    const long nanoseconds = period_of(pace_);
    const itimerspec period = {{0, nanoseconds}, {0, nanoseconds}};
    // A timer of another thread would not tick here; one from before a fork is not there any more.
    const bool usable = created_ && pthread_equal(thread_, pthread_self()) != 0 &&
                        timer_settime(timer_, 0, &period, nullptr) == 0;
    if (!usable) {
        if (auto error = create()) {
            return error;
        }
        if (is_of_process_) {
            return start_of_process();
        }
        if (timer_settime(timer_, 0, &period, nullptr) != 0) {
            return cannot("start the timer that ends blocked calls", errno);
        }
    }
    running_ = true;
    return std::nullopt;
}

void CallTimer::stop() {
    if (!running_) {
        return;
    }
    if (is_of_process_) {
        const itimerval never = {};
        setitimer(ITIMER_REAL, &never, nullptr);
    } else {
        const itimerspec never = {};
        timer_settime(timer_, 0, &never, nullptr);
    }
    running_ = false;
}

}  // namespace epollcheck
