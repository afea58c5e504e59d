// SecondProcess: P2 of a program, a child of this process that makes the calls it is told to.
//
// It is forked when the program forks, so it has what the program has open at that moment and costs
// nothing to programs without it. It dies with this process, and at the latest at the end of the
// program. A child that ends by itself or does not answer is a HarnessError.

#pragma once

#include <sys/types.h>

#include <atomic>
#include <optional>

#include "harness/executor/harness_error.h"
#include "harness/executor/mailbox.h"
#include "harness/executor/memory_areas.h"

namespace epollcheck {

/// True if there can be a second process: one with a table of its own, or one that shares ours.
bool may_make_process(bool shares_table);

class SecondProcess {
public:
    /// `memory` must be mapped before the first start(), and outlive this.
    explicit SecondProcess(MemoryAreas& memory) : memory_(memory) {}
    /// Ends the process.
    ~SecondProcess();
    SecondProcess(const SecondProcess&) = delete;
    SecondProcess& operator=(const SecondProcess&) = delete;

    [[nodiscard]] bool exists() const { return process_ > 0; }
    [[nodiscard]] pid_t id() const { return process_; }
    /// True while it makes a call: where it sleeps then, it does so in the call. Any thread may
    /// ask.
    [[nodiscard]] bool is_in_call() const { return memory_.mailbox().in_call; }

    /// Makes the process. `shares_table`: with CLONE_FILES. Program numbers start at `base`.
    /// `has_signals`: an exec must not forget the handlers of ProgramSignals.
    void start(bool shares_table, int base, bool has_signals);
    /// Until this is called with false, the process is stopped and continued while it makes a call
    /// that waits, and not interrupted by a tick, unless it waits all the same.
    void stop_in_calls(bool stops) { stops_left_ = stops ? kMostStops : 0; }
    /// True if that can have ended its last call.
    [[nodiscard]] bool was_stopped() const { return stops_left_ > 0 && stops_left_ < kMostStops; }
    /// Signals of the program that it has handled, or by which it was stopped; only differences
    /// mean something.
    [[nodiscard]] unsigned handled() const {
        return memory_.mailbox().handled + (was_stopped() ? 1 : 0);
    }
    /// Lets it execute the helper, which serves on.
    void execute_helper();
    /// Lets it exit, and waits until it is gone.
    void exit();
    /// Kills it, if it exists, and waits until it is gone.
    void end();

    /// Makes `call` in the process. kStillWaiting if that failed, see error().
    template <auto call, class... Arguments>
    system_call::Outcome ask(Arguments... arguments) {
        mailbox_words::store(call, memory_.mailbox().words, arguments...);
        return ask_for(&mailbox_words::of_words<call>);
    }

    /// Why it cannot be used, or nothing. Stays until start().
    [[nodiscard]] const std::optional<HarnessError>& error() const { return error_; }

private:
    void post(Mailbox::Function function);
    system_call::Outcome ask_for(Mailbox::Function function);
    bool wait_for_answer();
    void interrupt();
    void stop_and_continue();
    /// Waits for the end of the process. False if it goes on.
    bool reap(bool patiently);
    void fail(HarnessError error);

    static constexpr int kMostStops = 50;  // a second, with a tick each

    MemoryAreas& memory_;
    int stops_left_ = 0;
    // Of the thread that speaks for the process, while the one that watches threads looks, too.
    std::atomic<pid_t> process_ = 0;
    std::optional<HarnessError> error_;
};

}  // namespace epollcheck
