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
// them is not at rest.

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "harness/executor/harness_error.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/section.h"
#include "harness/executor/worker.h"

namespace epollcheck {

/// The most threads that a program can have here.
inline constexpr int kMaxWorkers = 8;

class Crew {
public:
    /// What programs work with belongs to the caller and must outlive it.
    Crew(Interpreter& program, PrivateFiles& files, Loopback& loopback)
        : program_(program), files_(files), loopback_(loopback) {}

    /// Makes sure that there are `count` workers. True if it had to make some, which opens
    /// descriptors.
    std::optional<HarnessError> employ(int count, bool& opened_descriptors);

    /// Runs the operations. Then section() has the records of them.
    std::optional<HarnessError> run(std::span<const Operation> operations, const Schedule& schedule,
                                    std::atomic<std::uint64_t>& tickets);

    // For the workers.

    [[nodiscard]] Section& section() { return section_; }
    /// Waits until all workers of the section are here.
    void line_up();
    void note_done();
    /// Worker::rests() of a thread; true for one that has nothing to do in this section.
    [[nodiscard]] bool rests(int thread) const;
    /// Spins a short while, or less if `condition` holds.
    template <class Condition>
    static void spin_until(Condition condition) {
        constexpr int kSpins = 40;
        for (int i = 0; i < kSpins && !condition(); ++i) {
            sched_yield();
        }
    }

private:
    using Clock = std::chrono::steady_clock;

    void watch();
    bool is_at_rest();
    bool may_rest(const Worker& worker, Worker::Position position) const;
    void note_finished_calls();
    void end_calls();
    [[nodiscard]] std::string whereabouts() const;
    [[nodiscard]] bool all_done() const { return working_.load() == 0; }

    Interpreter& program_;
    PrivateFiles& files_;
    Loopback& loopback_;
    Section section_;
    bool sets_timers_ = false;  // an operation of the section does
    std::optional<HarnessError> error_;
    std::array<std::unique_ptr<Worker>, kMaxWorkers> workers_;
    std::uint32_t at_work_ = 0;  // bits of the workers that have operations in the section
    alignas(64) std::atomic<int> to_come_{0};
    alignas(64) std::atomic<int> working_{0};
};

}  // namespace epollcheck
