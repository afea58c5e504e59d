// CrewMember: a worker, a thread that makes the calls of one thread of a program, section after
// section. One of them stands for the second process of a program (strand.h): it passes its calls
// on to that process, and whether a call sleeps is asked about the process.
//
// It publishes which call it is in, so that others can look whether it sleeps there. A worker whose
// call was ended by force makes no more calls in that section. Between sections it spins a short
// while and then sleeps.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include "harness/executor/call_timer.h"
#include "harness/executor/futex.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/memory_areas.h"
#include "harness/executor/ring.h"
#include "harness/executor/second_process.h"
#include "harness/executor/section.h"
#include "harness/executor/thread_state.h"

namespace epollcheck {

class Crew;

class CrewMember {
public:
    /// `index` is that of the thread in programs.
    CrewMember(Crew& crew, int index, PrivateFiles& files);
    /// Ends the thread, or leaves it alone if it cannot be reached any more.
    ~CrewMember();
    CrewMember(const CrewMember&) = delete;
    CrewMember& operator=(const CrewMember&) = delete;

    /// Maps its memory and starts the thread, which opens descriptors.
    std::optional<HarnessError> start();

    /// From now on it makes its calls in the second process, or (null) in its own thread.
    std::optional<HarnessError> act_in(SecondProcess* process);
    /// There is a new section of the crew. For all workers before any is told to run its part.
    void prepare(bool is_replaced);
    /// Tells it to run its operations. It may be asleep: see wake().
    void begin() { told_.fetch_add(2); }
    /// Lets the calling thread run them in its place: prepare(true).
    void run_here();
    /// True if it sleeps, or is about to, until it is told something.
    [[nodiscard]] bool is_asleep() const { return sleeping_; }
    /// Wakes it if it was told something.
    void wake() { futex::wake(told_); }
    [[nodiscard]] int thread_id() const { return static_cast<int>(thread_id_.load()); }

    /// Makes sure that it knows when packets have arrived. False if it cannot.
    bool provide_network(bool& opened_descriptors);
    /// Makes sure that it can make requests of io_uring. Without io_uring they answer so.
    void provide_ring(bool& opened_descriptors);
    /// Where its waits pause.
    void set_paused_page(void* page) { memory_.set_paused_page(page); }

    /// Where it is: even numbers between two calls, odd ones in a call of the target.
    using Position = std::uint32_t;
    static constexpr Position kDone = ~Position{0};
    static constexpr Position kStarting = kDone - 1;  // it takes over what the program has open
    static constexpr bool is_in_call(Position position) {
        return position != kDone && position % 2 != 0;
    }
    /// The index in the section of the operation whose call it is in.
    static constexpr std::size_t call_at(Position position) { return position / 2; }
    [[nodiscard]] Position position() const { return position_.load(); }

    /// True if the worker slept in its call at an instant during this one, or makes none any more.
    [[nodiscard]] bool rests() const;
    /// True if its call slept at an instant during this one, in which it stays in that call.
    [[nodiscard]] bool call_sleeps() const;
    /// The state of what makes its calls.
    [[nodiscard]] const ThreadState& state() const {
        return process_ == nullptr ? state_ : process_state_;
    }

    /// Its call is to end, and is its last one in this section; then nudge() until it is done.
    void end_call() { ended_ = true; }
    /// Interrupts its call, if that is one that signals interrupt.
    void nudge() const;
    /// The same if it is in a call that may wait, for another member.
    void interrupt() const {
        if (is_in_call(position()) && !is_replaced_) {
            nudge();
        }
    }
    /// Why a call could not be made, or null.
    [[nodiscard]] const HarnessError* error() const {
        return interpreter_.has_failed() ? &interpreter_.error() : nullptr;
    }
    /// Nothing ends its call: the thread is lost.
    void give_up() { lost_ = true; }

private:
    std::uint32_t wait_until_told(std::uint32_t seen, int spins);
    void serve();
    void run_section(Section& section);
    void run_operation(Section& section, std::size_t index);
    Result await(int thread) const;
    void take_late_nudges() const;

    Crew& crew_;
    const int index_;
    MemoryAreas memory_;
    std::unique_ptr<Ring> ring_;  // if programs asked for one
    Loopback loopback_;           // packets of a thread pass through the processor that it is on
    CallTimer no_timer_;          // never started: nothing ticks in this thread
    Announcements no_announcements_;  // threads make none
    Interpreter interpreter_;
    ThreadState state_;
    ThreadState process_state_;         // of the second process
    SecondProcess* process_ = nullptr;  // null: it makes its calls itself
    pid_t process_id_ = 0;              // of that process, also when it has ended
    std::thread thread_;
    futex::Word thread_id_{0};
    alignas(64) futex::Word told_{0};    // sections; odd: the end
    std::atomic<bool> sleeping_{false};  // until told_ changes
    alignas(64) std::atomic<Position> position_{kDone};
    std::atomic<bool> ended_{false};
    bool was_ended_ = false;
    bool is_replaced_ = false;  // see run_here()
    bool lost_ = false;
};

}  // namespace epollcheck
