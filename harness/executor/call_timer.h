// CallTimer: tells a call that waits from a call that is slow, without sleeping.
//
// While it runs, a signal with an empty handler arrives in this thread every 20 ms. A call that
// does not wait never notices; a call that waits ends with EINTR and may be made again. Once
// several ticks have found the same call waiting, the call is blocked: an observation, not a guess.
// Where nothing can happen but what the program itself does (pace.h), a call that waits once waits
// for ever, and the ticks may come faster.
//
// Starting and stopping costs two system calls, so one start serves all calls of a program.

#pragma once

#include <pthread.h>

#include <csignal>
#include <cstdint>
#include <ctime>
#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

/// How fast ticks come: every 20 ms, or every millisecond.
enum class Pace : std::uint8_t { kPatient, kBrisk };

class CallTimer {
public:
    /// A call that saw as many ticks has waited for two periods at least.
    static constexpr unsigned kPatienceTicks = 3;

    CallTimer() = default;
    ~CallTimer();
    CallTimer(const CallTimer&) = delete;
    CallTimer& operator=(const CallTimer&) = delete;

    /// From the next start on.
    void set_pace(Pace pace) { pace_ = pace; }
    /// Lets ticks come to the calling thread. Does nothing while they do.
    std::optional<HarnessError> start();
    /// No tick interrupts what follows. Does nothing unless ticks come.
    void stop();
    /// The thread that receives the ticks ends.
    void leave_thread();
    /// The number of the signal that is a tick, the same for the whole process: the last one that
    /// timers can send.
    [[nodiscard]] static int signal();
    /// For a process that was told which one it is.
    static void use_signal(int signal);
    /// Ticks that the calling thread has seen; only differences mean something.
    [[nodiscard]] static unsigned ticks();

private:
    std::optional<HarnessError> create();
    int try_to_create();
    std::optional<HarnessError> start_of_process();

    bool created_ = false;
    bool is_of_process_ = false;  // setitimer(2) takes the place of the timer
    bool running_ = false;
    Pace pace_ = Pace::kPatient;
    pthread_t thread_ = {};  // the one that receives the ticks
    timer_t timer_ = {};
};

}  // namespace epollcheck
