// Observed race: a program of several threads that was run until it deviated. What `stress`,
// `shrink` and `emit-c` have in common about races.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "harness/cli/open_target.h"
#include "harness/program/emit_c.h"
#include "stress/campaign.h"
#include "stress/race_shrink.h"

namespace epollcheck {

/// Runs programs of several threads on `target`, which outlives the result.
ConcurrentRunner runner_on(OpenTarget& target);

/// `jobs` processes that run programs on instances of `target`.
RaceShrinkHelp race_help(int jobs, OpenTarget& target);

/// How hard a race is looked for.
struct RaceSearch {
    std::uint32_t runs = 20'000;
    std::uint64_t seed = 1;
};

/// Runs `program` until a history deviates. The exit code, having said why, if it cannot be run, or
/// if none does.
std::variant<RaceFinding, int> find_race(const Program& program, const ConcurrentRunner& run,
                                         HistoryJudge& judge, const RaceSearch& search);

/// The race as it is, and how often it shows when its program runs again.
SmallerRace confirm_race(const RaceFinding& finding, const ConcurrentRunner& run,
                         HistoryJudge& judge);

/// The C file for a race.
std::variant<std::string, CannotEmit> emitted_race(const SmallerRace& race, HistoryJudge& judge,
                                                   Tier tier);

}  // namespace epollcheck
