// Interpreter: makes the system call that each operation of a program stands for, and turns what
// the kernel answered into a result.
//
// The loop and what all operations share are in interpreter.cc; the operations are grouped by topic
// in interpret_epoll.cc, interpret_descriptors.cc, interpret_transfers.cc, interpret_sockets.cc,
// interpret_watches.cc, interpret_asynchronous.cc, interpret_loopback.cc, interpret_terminals.cc,
// interpret_poll.cc, interpret_process.cc, interpret_processes.cc and program_ring.cc. Calls of a
// second process are made there (see mailbox.h), so what they point to lies in memory that both
// processes have. Nothing here allocates while a program runs, apart from tables that keep their
// size and timers that send signals.

#pragma once

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "harness/executor/announcements.h"
#include "harness/executor/arriving_signal.h"
#include "harness/executor/call_timer.h"
#include "harness/executor/children.h"
#include "harness/executor/descriptor_table.h"
#include "harness/executor/harness_error.h"
#include "harness/executor/loopback.h"
#include "harness/executor/memory_areas.h"
#include "harness/executor/number_limit.h"
#include "harness/executor/private_files.h"
#include "harness/executor/program_signals.h"
#include "harness/executor/ring.h"
#include "harness/executor/ring_thread.h"
#include "harness/executor/second_process.h"
#include "harness/executor/system_calls.h"
#include "harness/executor/wall_clock.h"
#include "harness/executor/watch_account.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

class Interpreter {
public:
    enum class End {
        kComplete,          // every operation has a result
        kNumbersDisturbed,  // somebody else opened or closed descriptors: repair, then run again
        kFailed,            // see error()
    };

    /// What it works with belongs to the caller and must outlive it.
    Interpreter(MemoryAreas& memory, CallTimer& timer, PrivateFiles& files, Loopback& loopback,
                Announcements& announcements)
        : memory_(memory),
          timer_(timer),
          files_(files),
          loopback_(loopback),
          announcements_(announcements) {}

    /// Runs `operations` and appends their results to `trace`. Slots count from `base`.
    End run(std::span<const Operation> operations, int handle_count, int base, Trace& trace);

    /// The same in steps, for programs with threads: begins one that may have some, ...
    End begin(std::span<const Operation> operations, int handle_count, int base, bool threads);
    /// ... runs an operation of the only thread that has any, ...
    End step(const Operation& operation, Result& result);
    /// ... and says that the last one was run.
    void finish();

    /// Becomes the interpreter of a thread: the handles and descriptors of `other` as they are now,
    /// and calls that wait until they end by themselves or a signal ends them.
    void act_for(const Interpreter& other);
    /// Requests of io_uring go through `ring` from now on; one that waits ends when a signal comes
    /// and `over` is set.
    void use_ring(Ring& ring, const std::atomic<bool>& over) {
        own_ring_ = &ring;
        call_is_over_ = &over;
    }
    /// Makes the call of an operation in this thread, or lets the second process make it.
    Result call(const Operation& operation);
    /// True if that call may have sent packets: it is not over before they have arrived.
    [[nodiscard]] bool owes_arrival() const { return owes_arrival_; }
    void let_packets_arrive();
    /// The events of the last operation.
    [[nodiscard]] std::span<const Event> events() const {
        return {events_, static_cast<std::size_t>(event_count_)};
    }
    /// The second process, which may not exist.
    [[nodiscard]] SecondProcess& second_process() { return *second_; }
    /// A thread of the program made the call and got `result`.
    void note_call(const Operation& operation, const Result& result);
    /// True for calls that surely return at once, as long as nobody changes descriptors.
    [[nodiscard]] bool never_waits(const Operation& operation) const;
    /// Looks at every terminal: at one that has nothing to read that waits until all input that is
    /// under way has arrived.
    void fetch_input();
    [[nodiscard]] bool has_terminals() const { return table_.has_terminals(); }
    /// True while a timer may expire that the program set.
    [[nodiscard]] bool awaits_timer() { return any_timer_is_due(); }
    [[nodiscard]] bool has_failed() const { return error_.has_value(); }
    /// The threads of the program could not be run.
    void note_failure(HarnessError error) { fail(std::move(error)); }
    /// The numbers that the program left open, lowest first. Before clean_up().
    void list_open(std::vector<int>& numbers) const { table_.list_open(numbers); }
    /// A handle that holds `number`, or kNoHandle.
    [[nodiscard]] std::int16_t handle_of(int number) const;
    /// No tick interrupts what follows the program.
    void stop_timer() { timer_.stop(); }
    /// Closes and removes all that the program left. To be called after each run().
    void clean_up();
    /// Why the last run failed.
    [[nodiscard]] const HarnessError& error() const { return *error_; }

private:
    using Outcome = system_call::Outcome;

    // Shared by all operations.
    bool check_program(std::span<const Operation> operations, int handle_count, bool threads);
    bool check_descriptor(const Descriptor& descriptor, std::size_t index, int handle_count);
    Result execute(const Operation& operation);
    Result execute_in_process(const Operation& operation);
    Result execute_on_kind(const Operation& operation);
    [[nodiscard]] int number_of(const Descriptor& descriptor) const;
    /// Makes a system call in the process whose turn it is.
    template <auto call, class... Arguments>
    Outcome make(Arguments... arguments) {
        return process_ == 0 ? call(arguments...) : second_->ask<call>(arguments...);
    }
    template <class Visit>
    void for_each_process(Visit visit);
    template <class Call>
    Outcome patiently(bool may_wait, Call call);
    /// Signals of the program that the process whose turn it is has handled, or by which it was
    /// stopped; only differences mean something.
    [[nodiscard]] unsigned handled() const {
        return process_ == 0 ? ProgramSignals::handled() : second_->handled();
    }
    template <class Call>
    Outcome call_with_ticks(Call call);
    Result fail(HarnessError error);
    /// The result of a call that gives `outcome` and no descriptor.
    static Result plain(Outcome outcome);
    /// The error result of a call that makes something; a HarnessError when the machine is at an
    /// end.
    Result refused(Outcome outcome);

    // interpret_epoll.cc
    Result control(const Operation& operation);
    Result wait(const Operation& operation);
    Outcome call_wait(const Operation& operation, void* buffer);
    Outcome look_without_waiting(const Operation& operation, void* buffer);
    Outcome wait_for_arrival(const Operation& operation, void* buffer);
    bool check_arrival(const Operation& operation);
    [[nodiscard]] bool goes_by_ring() const;
    Outcome wait_by_ring(int epfd, void* buffer, int max_events);
    Result harvested(const Operation& operation, const void* buffer, Outcome count);
    Result interest_list(const Operation& operation);

    // interpret_poll.cc
    Result poll(const Operation& operation);
    Result select(const Operation& operation);
    template <class Call>
    Outcome with_timeout(const Operation& operation, Call call);

    // interpret_process.cc
    Result signal_call(const Operation& operation);
    Result send_signals(const Operation& operation);
    Outcome create_signalfd(const Operation& operation);
    Result change_signalfd(const Operation& operation);
    Result machine_call(const Operation& operation);
    Result ring_call(const Operation& operation);
    Result announce(const Operation& operation);

    // interpret_descriptors.cc
    Result create(const Operation& operation);
    Result create_pair(const Operation& operation);
    Outcome call_pair(const Operation& operation, int (&numbers)[2]);
    Result duplicate(const Operation& operation);
    Result close(const Operation& operation);
    Result fcntl(const Operation& operation);
    Result ioctl(const Operation& operation);
    Result control_busy_poll(const Operation& operation);
    Outcome open(const Operation& operation, bool& never_waits);
    Result bind_handles(const Operation& operation, Outcome outcome, bool never_waits);
    /// `name` where both processes can read it.
    const char* shared_path(const char* name);
    /// The slot of a number that the kernel just gave; notices when it should have been another.
    int slot_of_new(int number);

    // interpret_transfers.cc
    Result read(const Operation& operation);
    Result write(const Operation& operation);
    Result send(const Operation& operation);
    Result receive(const Operation& operation);
    Result inspect(const Operation& operation);
    template <class Call>
    Outcome transfer_out(bool may_wait, std::uint32_t length, Call call);

    // interpret_watches.cc
    Result inotify_call(const Operation& operation);
    Result named_file_call(const Operation& operation);
    const char* name_of_path(const Operation& operation);

    // interpret_asynchronous.cc
    Result spawn(const Operation& operation);
    Result timer_call(const Operation& operation);
    void expect_expiry(const Operation& operation);
    void note_read(int fd, Outcome outcome);
    [[nodiscard]] bool any_timer_of_is_due(int process);
    [[nodiscard]] bool any_timer_is_due();
    Result child_call(const Operation& operation);
    Result settle(const Operation& operation);
    [[nodiscard]] bool anything_is_under_way();

    // interpret_loopback.cc
    [[nodiscard]] bool is_inet(const Descriptor& descriptor) const;
    [[nodiscard]] bool may_send_packets(const Operation& operation) const;
    bool make_connections_prompt();
    Result create_inet(const Operation& operation);
    Result accept_inet(const Operation& operation);
    Result move_all(const Operation& operation);

    // interpret_terminals.cc
    Result terminal_call(const Operation& operation);
    Result write_letters(const Operation& operation);

    // interpret_sockets.cc
    Result socket_call(const Operation& operation);
    Result bind(int fd);
    Result connect(const Operation& operation);
    Outcome accept(const Operation& operation);
    Result send_descriptor(const Operation& operation);
    Result receive_descriptor(const Operation& operation);
    /// Puts the address of a socket into the arguments, or nobody's if it has none.
    void fetch_address(int fd);
    /// The same for an internet socket; -1 or one without a port: an address that nobody serves.
    void fetch_inet_address(int fd);

    // interpret_processes.cc
    Result process_call(const Operation& operation);
    Result fork(const Operation& operation);
    Result close_range(const Operation& operation);
    Result compare(const Operation& operation);
    /// What an operation of a process that does not exist gives.
    Result nobody(const Operation& operation);

    MemoryAreas& memory_;
    CallTimer& timer_;
    PrivateFiles& files_;
    Loopback& loopback_;
    Announcements& announcements_;
    ProgramSignals signals_;
    WatchAccount account_;
    NumberLimit number_limit_;
    WallClock clock_;
    RingThread ring_thread_;
    DescriptorTable table_;
    SecondProcess own_second_{memory_};
    SecondProcess* second_ = &own_second_;  // of a thread: that of the program
    int process_ = 0;                       // the one whose turn it is
    bool is_of_thread_ = false;             // see act_for()
    bool has_network_ = false;              // of a thread: the program has internet sockets
    bool owes_arrival_ = false;
    Ring* own_ring_ = nullptr;  // of a thread, or null
    const std::atomic<bool>* call_is_over_ = nullptr;
    bool had_threads_ = false;  // of the table is known only what threads did, not in which order
    Children children_;
    std::int64_t restarted_until_ = 0;  // until then a restarted timer may expire, monotonic ns
    std::vector<int> handles_;          // the number that each handle holds
    std::vector<int> connections_;      // TCP sockets that what was sent may still change
    bool shows_signals_ = false;        // the program has signalfds: a tick is an edge for them
    bool expects_ticks_ = false;        // the call that is made waits
    std::vector<std::unique_ptr<ArrivingSignal>> arrived_;  // until the program ends
    bool has_signals_ = false;                              // the program sends signals
    bool timespec_changed_ = false;   // the last epoll_pwait2 stored something in its timespec
    bool first_creation_ = true;      // nothing was created by this program yet
    bool disturbed_ = false;          // a new number shows that somebody else was at work
    std::uint64_t next_address_ = 1;  // of unix sockets; never used twice
    std::optional<HarnessError> error_;
    int event_count_ = 0;
    Event events_[kMaxEvents];  // of the last operation
};

/// Calls `visit()` with each process that there is as the one whose turn it is.
template <class Visit>
void Interpreter::for_each_process(Visit visit) {
    const int acting = process_;
    for (process_ = 0; process_ < (second_->exists() && !second_->error() ? kMaxProcesses : 1);
         ++process_) {
        table_.act_as(process_);
        visit();
    }
    process_ = acting;
    table_.act_as(acting);
}

/// Makes `call` and lets it wait no longer than CallTimer's patience if it `may_wait`.
template <class Call>
Interpreter::Outcome Interpreter::patiently(bool may_wait, Call call) {
    if (is_of_thread_) {
        return call();
    }
    const unsigned handled_before = handled();
    if (!may_wait) {
        // A signal that is not ours (SIGALRM of a fuzzer, SIGCONT) is no answer. A second one would
        // be, and so is one that the program sent.
        const Outcome outcome = call();
        const bool strange = outcome == -EINTR && handled() == handled_before;
        return strange ? call() : outcome;
    }
    const unsigned first_tick = CallTimer::ticks();
    const Outcome outcome = call_with_ticks(call);
    if (shows_signals_) {
        // What a tick wakes is part of the answer where the call waited, and a disturbance where it
        // was only slow.
        timer_.stop();
        const bool ticked = CallTimer::ticks() != first_tick;
        disturbed_ = disturbed_ || (ticked && outcome != system_call::kStillWaiting &&
                                    (!expects_ticks_ || outcome < 0) && !second_->was_stopped());
    }
    return outcome;
}

template <class Call>
Interpreter::Outcome Interpreter::call_with_ticks(Call call) {
    if (auto error = timer_.start()) {
        fail(*error);
        return system_call::kStillWaiting;
    }
    const unsigned handled_before = handled();
    const unsigned first_tick = CallTimer::ticks();
    bool interrupted_by_stranger = false;
    for (;;) {
        const unsigned tick_before = CallTimer::ticks();
        const Outcome outcome = call();
        if (outcome != -EINTR || handled() != handled_before) {
            return outcome;
        }
        if (CallTimer::ticks() - first_tick >= CallTimer::kPatienceTicks) {
            return system_call::kStillWaiting;
        }
        if (CallTimer::ticks() == tick_before) {
            if (interrupted_by_stranger) {
                return outcome;
            }
            interrupted_by_stranger = true;
        }
    }
}

}  // namespace epollcheck
