// Makes the program of a race smaller.
//
// One run of a smaller program says little: the race may just not have happened. So each candidate
// runs many times, under schedules that are drawn anew, and is taken if the cause shows in any of
// them. How sure the result is, is measured: the smallest program runs once more, and how often the
// cause showed is part of the finding.

#pragma once

#include <cstdint>

#include "stress/campaign.h"

namespace epollcheck {

struct RaceShrinkEffort {
    std::uint32_t runs_per_candidate = 200;
    std::size_t most_candidates = 300;
    std::uint32_t confirming_runs = 1000;
};

struct SmallerRace {
    RaceFinding finding;  // that of a run of the smaller program
    std::uint32_t runs = 0;
    std::uint32_t seen = 0;  // of these runs, in how many the cause showed
};

/// Shrinks the program of `finding`. If the cause does not show again, it is the finding itself.
/// Stops early once `stop()` is true.
SmallerRace shrink_race(const RaceFinding& finding, const ConcurrentRunner& run,
                        HistoryJudge& judge, const RaceShrinkEffort& effort,
                        const std::function<bool()>& stop);

/// "12 operations (3 threads) of 19; seen in 40 of 1000 runs (4.0%, 95% interval 2.9% to 5.4%)"
std::string confidence_text(const SmallerRace& race, std::size_t operations_before);

}  // namespace epollcheck
