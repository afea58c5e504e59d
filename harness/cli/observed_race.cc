// Observed race. See observed_race.h.

#include "harness/cli/observed_race.h"

#include <fmt/format.h>

#include <sstream>

#include "harness/check/calibrate.h"
#include "harness/check/features.h"
#include "harness/check/race_cause.h"
#include "harness/check/race_reproducer.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/terminal.h"
#include "stress/history/judge_history.h"
#include "stress/race_report.h"

namespace epollcheck {

ConcurrentRunner runner_on(OpenTarget& target) {
    return [&target](const Program& program, const Schedule& schedule, ConcurrentTrace& trace) {
        if (const std::string reason = target.target->cannot_run(program.operations);
            !reason.empty()) {
            return std::optional<HarnessError>(HarnessError{reason});
        }
        if (const Feature* const need = unmet_need(program.operations, target.calibration)) {
            return std::optional<HarnessError>(HarnessError{std::string(need->missing)});
        }
        auto error = calibrate_for(*target.target, program.operations, target.calibration);
        return error ? error
                     : target.target->run_concurrent(program.operations,
                                                     static_cast<int>(program.handles.size()),
                                                     schedule, trace);
    };
}

RaceShrinkHelp race_help(int jobs, OpenTarget& target) {
    return {jobs,
            [&target] { return replace_target(target) ? runner_on(target) : ConcurrentRunner(); }};
}

std::variant<RaceFinding, int> find_race(const Program& program, const ConcurrentRunner& run,
                                         HistoryJudge& judge, const RaceSearch& search) {
    constexpr std::uint32_t kSpins[] = {0, 20, 100, 400, 2000};
    Random random(search.seed);
    std::uint32_t inconclusive = 0;
    std::string reason;
    std::uint32_t runs = 0;
    while (runs < search.runs && !interrupted()) {
        RaceFinding finding;
        finding.program = program;
        finding.schedule = {random.next(), kSpins[runs % std::size(kSpins)]};
        if (const auto error = run(program, finding.schedule, finding.trace)) {
            complain(error->what);
            return exit_code::kOwnFault;
        }
        ++runs;
        finding.judgement = judge_history(judge, program, finding.trace);
        if (finding.judgement.verdict == HistoryJudgement::Verdict::kDeviates) {
            finding.cause = race_cause(program.operations, finding.trace, finding.judgement);
            finding.number = runs;
            return finding;
        }
        if (finding.judgement.verdict == HistoryJudgement::Verdict::kInconclusive) {
            ++inconclusive;
            reason = finding.judgement.reason;
        }
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    if (inconclusive == runs) {
        warn(fmt::format("the judge can follow no run of the program: {}", reason));
        return exit_code::kInconclusive;
    }
    warn(fmt::format("the program conforms in {} runs, seed {}", runs, search.seed));
    return exit_code::kConforms;
}

SmallerRace confirm_race(const RaceFinding& finding, const ConcurrentRunner& run,
                         HistoryJudge& judge) {
    return shrink_race(finding, run, judge, {.measuring_runs = 0}, interrupted);
}

std::variant<std::string, CannotEmit> emitted_race(const SmallerRace& race, HistoryJudge& judge,
                                                   Tier tier) {
    const RaceFinding& finding = race.finding;
    RaceOccurrence occurrence{finding.schedule, race.runs, race.seen, {}};
    std::istringstream table(race_table(finding.program, finding.trace, finding.judgement));
    for (std::string line; std::getline(table, line);) {
        occurrence.story.push_back(line);
    }
    return race_c(finding.program, finding.trace, finding.judgement, judge, tier, occurrence);
}

}  // namespace epollcheck
