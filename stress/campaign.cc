// Campaign. See campaign.h.

#include "stress/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/check/race_cause.h"
#include "stress/history/judge_history.h"
#include "stress/interest_lists.h"
#include "stress/random_program.h"

namespace epollcheck {

namespace {

constexpr const char* kRandomPrograms = "random programs";

/// Some runs are hardly perturbed, some a little, some by as much as a call that blocks takes.
/// Seeds that are neighbours leave the threads on their processors, since moving them costs more
/// than a run.
Schedule next_schedule(Random& random, std::uint64_t seed) {
    constexpr std::uint32_t kSpins[] = {1, 20, 100, 400, 2000};
    return {.seed = seed, .most_spin = kSpins[random.below(std::size(kSpins))]};
}

}  // namespace

StressCampaign::StressCampaign(const Plan& plan, ConcurrentRunner run, HistoryJudge& judge)
    : plan_(plan), run_(std::move(run)), judge_(judge), turns_(plan.first_turn) {
    for (const Scenario& scenario : plan_.scenarios) {
        total_weight_ += static_cast<std::uint32_t>(scenario.weight);
        tallies_[scenario.name];
    }
}

StressCampaign::Turn StressCampaign::next_turn(Random& random) const {
    Turn turn = draw_turn(random);
    if (!plan_.has_fdinfo) {
        leave_out_interest_lists(turn.program);
    }
    return turn;
}

StressCampaign::Turn StressCampaign::draw_turn(Random& random) const {
    if (total_weight_ == 0 || random.chance(plan_.random_percent)) {
        return {random_concurrent_program(plan_.seed, turns_), kRandomPrograms};
    }
    std::uint32_t draw = random.below(total_weight_);
    const auto drawn = std::ranges::find_if(plan_.scenarios, [&](const Scenario& scenario) {
        const auto weight = static_cast<std::uint32_t>(scenario.weight);
        return draw < weight || (draw -= weight, false);
    });
    const auto variant = random.below(static_cast<std::uint32_t>(drawn->variants()));
    return {scenario_program(*drawn, variant), drawn->name};
}

bool StressCampaign::take_turn(std::uint64_t most_histories) {
    Random random(plan_.seed * 0x9e3779b97f4a7c15U + turns_);
    const Turn turn = next_turn(random);
    ++turns_;
    ScenarioTally& tally = tallies_[turn.name];
    const std::uint64_t first_seed = random.next();
    const auto runs = std::min<std::uint64_t>(plan_.runs_per_turn, most_histories);
    for (std::uint64_t i = 0; i < runs; ++i) {
        const Schedule schedule = next_schedule(random, first_seed + i);
        if (auto error = run_(turn.program, schedule, trace_)) {
            if (error->of_target) {
                fault_ = TargetFault{turn.program, schedule, error->what};
                ++tally.deviations;
                return false;
            }
            ++reasons_[fmt::format("{} could not be run: {}", turn.name, error->what)];
            constexpr std::uint64_t kTooManyFailures = 100;
            if (++failed_turns_ == kTooManyFailures) {
                error_ = std::move(error);
                return false;
            }
            return true;
        }
        failed_turns_ = 0;
        ++histories_;
        ++tally.histories;
        judge(turn, schedule, tally);
        if (findings_.size() >= plan_.most_findings) {
            return false;
        }
    }
    return true;
}

void StressCampaign::judge(const Turn& turn, const Schedule& schedule, ScenarioTally& tally) {
    const Program& program = turn.program;
    HistoryJudgement judgement = judge_history(judge_, program, trace_);
    exercised_.merge(judgement.exercised);
    if (judgement.verdict == HistoryJudgement::Verdict::kInconclusive) {
        ++tally.inconclusive;
        ++reasons_[judgement.reason];
    }
    if (judgement.verdict != HistoryJudgement::Verdict::kDeviates) {
        return;
    }
    ++tally.deviations;
    std::string cause = race_cause(program.operations, trace_, judgement);
    const auto known = std::ranges::find(findings_, cause, &RaceFinding::cause);
    if (known != findings_.end()) {
        ++known->times;
        return;
    }
    findings_.push_back({.program = program,
                         .schedule = schedule,
                         .trace = trace_,
                         .judgement = std::move(judgement),
                         .cause = std::move(cause),
                         .number = histories_});
}

}  // namespace epollcheck
