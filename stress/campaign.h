// Campaign: scenarios and random programs of several threads, run and judged over and over.
//
// One run of a concurrent program shows one of the orders that its calls can have, so each program
// runs many times, with schedules that shift its threads against each other. Everything is drawn
// from the seed. A finding is what a history shows that no order explains; findings with the same
// cause (rule, operation, kind of failure) are one.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/executor/harness_error.h"
#include "harness/program/random.h"
#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/program.h"
#include "stress/history/history_judge.h"
#include "stress/scenario.h"

namespace epollcheck {

/// Runs a program once.
using ConcurrentRunner = std::function<std::optional<HarnessError>(
    const Program& program, const Schedule& schedule, ConcurrentTrace& trace)>;

/// The first history with a cause.
struct RaceFinding {
    Program program;
    Schedule schedule;
    ConcurrentTrace trace;
    HistoryJudgement judgement;
    std::string cause;         // "R-F18 epoll_wait blocked", see cause.h
    std::uint64_t number = 0;  // of the history in which it was seen first, from 1
    std::uint64_t times = 1;   // histories with that cause
};

/// A program in which the target hung, or which took it down.
struct TargetFault {
    Program program;
    Schedule schedule;
    std::string what;  // for a person
};

/// What became of one scenario, or of the random programs.
struct ScenarioTally {
    std::uint64_t histories = 0;
    std::uint64_t deviations = 0;
    std::uint64_t inconclusive = 0;
};

class StressCampaign {
public:
    struct Plan {
        std::vector<Scenario> scenarios;
        std::uint32_t random_percent = 40;  // of the turns that random programs have
        std::uint64_t seed = 0;
        std::uint64_t most_findings = 10;
        std::uint32_t runs_per_turn = 50;  // of one program, one after the other
        bool has_fdinfo = true;            // else it is left out of programs
        std::uint64_t first_turn = 0;      // each turn follows from the seed and its number
    };

    StressCampaign(const Plan& plan, ConcurrentRunner run, HistoryJudge& judge);

    /// One program, many times. False if the campaign cannot go on: see error() and fault(), or
    /// there are enough findings.
    bool take_turn(std::uint64_t most_histories);

    [[nodiscard]] std::uint64_t turns() const { return turns_; }
    [[nodiscard]] std::uint64_t histories() const { return histories_; }
    [[nodiscard]] const std::map<std::string, ScenarioTally>& tallies() const { return tallies_; }
    [[nodiscard]] const std::vector<RaceFinding>& findings() const { return findings_; }
    [[nodiscard]] const std::map<std::string, std::uint64_t>& reasons() const { return reasons_; }
    [[nodiscard]] const std::optional<HarnessError>& error() const { return error_; }
    /// What ended the campaign, if the target did.
    [[nodiscard]] const std::optional<TargetFault>& fault() const { return fault_; }
    [[nodiscard]] const RuleSet& exercised() const { return exercised_; }

private:
    struct Turn {
        Program program;
        std::string name;  // of the scenario
    };
    Turn next_turn(Random& random) const;
    Turn draw_turn(Random& random) const;
    void judge(const Turn& turn, const Schedule& schedule, ScenarioTally& tally);

    Plan plan_;
    ConcurrentRunner run_;
    HistoryJudge& judge_;
    std::uint32_t total_weight_ = 0;
    std::uint64_t histories_ = 0;
    std::uint64_t turns_ = 0;         // with those before the first one
    std::uint64_t failed_turns_ = 0;  // in a row
    std::map<std::string, ScenarioTally> tallies_;
    std::vector<RaceFinding> findings_;
    std::map<std::string, std::uint64_t> reasons_;
    std::optional<HarnessError> error_;
    std::optional<TargetFault> fault_;
    RuleSet exercised_;
    ConcurrentTrace trace_;
};

}  // namespace epollcheck
