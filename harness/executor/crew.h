// Crew: the threads that run a section of a program, and the observation that they are at rest.
//
// The calling thread coordinates: it lets the workers set off, waits until all are done, and looks
// at those that are not after a while. If at one instant every worker that is not done slept in a
// call, no call of the program can end by itself any more, since nothing else acts on its
// descriptors (timers are looked at first, and finite time-outs end by themselves). The instant is
// found by two rounds of looks (see thread_state.h): in the first each worker sleeps, in the second
// each still sleeps and has not run since, so all of them slept when the first round ended. These
// calls are blocked. Each is then ended by a signal.
//
// Calls that do not wait may sleep for a moment, too, for a lock or for memory; a worker in one of
// them is not at rest. A pause (paused_memory.h) that no thread has ended by then is ended.

#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "harness/executor/crew_member.h"
#include "harness/executor/futex.h"
#include "harness/executor/harness_error.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/paused_memory.h"
#include "harness/executor/placement.h"
#include "harness/executor/section.h"
#include "harness/executor/thread_weight.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {

/// The most threads that a program can have here, with its second process.
inline constexpr int kMaxWorkers = kMaxStrands;

class Crew {
public:
    /// What programs work with belongs to the caller and must outlive it.
    Crew(Interpreter& program, PrivateFiles& files, Loopback& loopback)
        : program_(program), files_(files), loopback_(loopback) {}

    /// Makes sure that there are `count` workers. True if it had to make some, which opens
    /// descriptors.
    std::optional<HarnessError> employ(int count, bool& opened_descriptors);

    /// Makes sure that threads can wait by io_uring, which opens descriptors.
    void provide_rings(bool& opened_descriptors);
    /// Makes sure that threads know when packets have arrived, which opens descriptors.
    std::optional<HarnessError> provide_network(bool& opened_descriptors);

    /// Runs the operations. Then section() has the records of them.
    std::optional<HarnessError> run(std::span<const Operation> operations, const Schedule& schedule,
                                    std::atomic<std::uint64_t>& tickets);

    /// Makes sure that waits can pause, which opens a descriptor.
    std::optional<HarnessError> provide_paused_memory(bool& opened_descriptors);

    // For the workers.

    [[nodiscard]] Section& section() { return section_; }
    /// With a page for each worker. Resuming without such memory is nothing.
    [[nodiscard]] PausedMemory& paused_memory() { return paused_memory_; }
    /// Waits a moment until a worker is here on each processor.
    void line_up();
    /// A worker has run its part. True if it may spin until there is more.
    bool note_done(int index);
    /// CrewMember::rests() of a thread; true for one that has nothing to do in this section.
    [[nodiscard]] bool rests(int thread) const;
    /// Sends a signal to a thread that is in a call.
    void interrupt(int thread) const;
    /// Lets other threads have the processor for a moment.
    static void give_way();

private:
    using Clock = std::chrono::steady_clock;

    /// Looks in a row that found everybody at rest.
    struct Quiet {
        Clock::time_point start;
        int looks = 0;
    };

    void place_workers();
    std::optional<HarnessError> prepare_second_process();
    void set_off();
    [[nodiscard]] bool can_run_here(std::span<const Operation> operations) const;
    void wake(std::uint32_t told);
    void sleep_until_done(long nanoseconds);
    void watch();
    bool is_at_rest();
    [[nodiscard]] bool is_certain(const Quiet& quiet) const;
    [[nodiscard]] bool any_in_call() const;
    bool all_sleep(CrewMember::Position (&positions)[kMaxWorkers]) const;
    bool stay_with_input(const CrewMember::Position (&positions)[kMaxWorkers]);
    bool resume_paused(const CrewMember::Position (&positions)[kMaxWorkers]);
    void note_finished_calls();
    void end_calls();
    void abandon();
    [[nodiscard]] std::string whereabouts() const;
    [[nodiscard]] bool all_done() const { return unfinished_ == 0; }
    /// Calls `visit(worker, index)` for the workers with a bit in `set`.
    template <class Visit>
    void for_each_of(std::uint32_t set, Visit visit) const {
        for (; set != 0; set &= set - 1) {
            const int index = std::countr_zero(set);
            visit(*workers_[static_cast<std::size_t>(index)], index);
        }
    }
    template <class Visit>
    void for_each_at_work(Visit visit) const {
        for_each_of(at_work_, visit);
    }

    /// What the workers of one processor have to know.
    struct alignas(64) Processor {
        std::atomic<int> unfinished{0};  // workers that have not run their part yet
    };
    Processor& processor_of(int worker) {
        return processors_[static_cast<std::size_t>(placement_.of(worker))];
    }

    Interpreter& program_;
    PrivateFiles& files_;
    Loopback& loopback_;
    Section section_;
    bool sets_timers_ = false;  // an operation of the section does
    std::optional<HarnessError> error_;
    std::array<std::unique_ptr<CrewMember>, kMaxWorkers> workers_;
    std::uint32_t at_work_ = 0;  // bits of the workers that have operations in the section
    PausedMemory paused_memory_;
    std::uint64_t arrangement_ = 0;  // the number that goes with placement and weights
    Placement placement_;
    ThreadWeights weights_;
    std::array<Processor, kMaxWorkers> processors_;
    alignas(64) std::atomic<int> to_come_{0};
    alignas(64) std::atomic<int> unfinished_{0};
    futex::Word finished_{0};  // counts what the coordinator waits for
    std::atomic<bool> coordinator_sleeps_{false};
};

}  // namespace epollcheck
