// Makes the program of a race smaller.
//
// One run of a smaller program says little: the race may just not have happened. So first it is
// measured how often the cause shows in the program as it is. Each candidate then runs so many
// times, under schedules that are drawn anew, that a race which is as frequent as that one shows
// with 95% confidence, and is taken if it does. At the end the smallest program runs once more: how
// often the cause showed is part of the finding.

#pragma once

#include <cstdint>

#include "stress/campaign.h"

namespace epollcheck {

struct RaceShrinkEffort {
    std::uint32_t measuring_runs = 1000;  // at most, to see how frequent it is; 0: no shrinking
    std::uint32_t most_runs_per_candidate = 3000;
    std::size_t most_candidates = 300;
    std::uint32_t confirming_runs = 1000;
};

struct SmallerRace {
    RaceFinding finding;  // that of a run of the smaller program
    std::uint32_t runs = 0;
    std::uint32_t seen = 0;                // of these runs, in how many the cause showed
    std::uint32_t runs_per_candidate = 0;  // while it was shrunk
};

/// Processes that try smaller programs at the same time (shrink_team.h).
struct RaceShrinkHelp {
    int jobs = 1;
    /// Runs programs on another instance of the target, in a process of its own; empty if there is
    /// none.
    std::function<ConcurrentRunner()> runner = {};
};

/// Shrinks the program of `finding`. If the cause does not show again, it is the finding itself.
/// Stops early once `stop()` is true.
SmallerRace shrink_race(const RaceFinding& finding, const ConcurrentRunner& run,
                        HistoryJudge& judge, const RaceShrinkEffort& effort,
                        const std::function<bool()>& stop, const RaceShrinkHelp& help = {});

/// "12 operations in 3 threads, of 19 operations; seen in 40 of 1000 runs (4.0%, 95% interval 2.9%
/// to 5.4%); each smaller program ran up to 75 times".
std::string confidence_text(const SmallerRace& race, std::size_t operations_before);

}  // namespace epollcheck
