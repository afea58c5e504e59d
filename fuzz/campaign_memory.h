// Campaign memory: what the processes of a fuzzing campaign tell each other, in memory that they
// share. Plain counters that one process writes and another one reads.

#pragma once

#include <atomic>
#include <cstdint>

#include "fuzz/feedback.h"
#include "fuzz/subject.h"

namespace epollcheck {

inline constexpr int kMostFuzzJobs = 64;

struct FuzzCounts {
    std::atomic<std::uint64_t> programs{0};  // that were run, or were to be
    std::atomic<std::uint64_t> operations{0};
    std::atomic<std::uint64_t> inconclusive{0};
    std::atomic<std::uint64_t> skipped{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> deviating{0};  // also those with a cause that is known

    /// Counts one input that came to `outcome`.
    void count(Outcome outcome, std::size_t operations_run) {
        add(programs, 1);
        add(operations, operations_run);
        add(inconclusive, outcome == Outcome::kInconclusive ? 1 : 0);
        add(skipped, outcome == Outcome::kSkipped ? 1 : 0);
        add(failed, outcome == Outcome::kFailed ? 1 : 0);
        add(deviating, outcome == Outcome::kFinding ? 1 : 0);
    }

private:
    /// There is one writer, so it need not be one step.
    static void add(std::atomic<std::uint64_t>& counter, std::uint64_t number) {
        counter.store(counter.load(std::memory_order_relaxed) + number, std::memory_order_relaxed);
    }
};

struct CampaignMemory {
    std::atomic<bool> stop{false};
    std::atomic<bool> hurry{false};            // findings are small enough
    std::atomic<bool> kernel_coverage{false};  // that of the kernel counts, too
    FuzzCounts jobs[kMostFuzzJobs];
    Reached reached;
};

/// Fresh memory that children of this process share, or null. It is never given back.
CampaignMemory* make_campaign_memory();

}  // namespace epollcheck
