// Makes the program of a race smaller. See race_shrink.h.

#include "stress/race_shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "harness/check/race_cause.h"
#include "harness/program/printer.h"
#include "harness/program/shrink_team.h"
#include "model/vocabulary/strand.h"
#include "stress/history/judge_history.h"

namespace epollcheck {

namespace {

/// The schedules of a program follow from it, so they are the same whoever runs it.
std::uint64_t seed_of(const Program& program) {
    return std::hash<std::string>()(print_program(program));
}

class Shrinking {
public:
    Shrinking(const RaceFinding& finding, const ConcurrentRunner& run, HistoryJudge& judge,
              const std::function<bool()>& stop)
        : best_(finding), run_(run), judge_(judge), stop_(stop), random_(finding.schedule.seed) {}

    /// Runs `program` up to `runs` times, until the cause shows. Keeps what showed it.
    bool shows_cause(const Program& program, std::uint32_t runs) {
        random_ = Random(seed_of(program));
        for (std::uint32_t i = 0; i < runs && !stop_(); ++i) {
            if (run_once(program)) {
                return true;
            }
        }
        return false;
    }

    /// How often a program that is as good as the one at hand has to run until the cause shows with
    /// 95% confidence; 0 if it does not show.
    std::uint32_t enough_runs(const RaceShrinkEffort& effort) {
        constexpr std::uint32_t kEnoughSeen = 20;
        constexpr double kFewest = 20;
        const Program program = best_.program;
        std::uint32_t runs = 0;
        std::uint32_t seen = 0;
        while (runs < effort.measuring_runs && seen < kEnoughSeen && !stop_()) {
            ++runs;
            seen += run_once(program) ? 1 : 0;
        }
        if (seen == 0) {
            return 0;
        }
        const double missed = 1 - static_cast<double>(seen) / runs;
        const double wanted = missed <= 0 ? 1 : std::log(0.05) / std::log(missed);
        return static_cast<std::uint32_t>(std::clamp(
            std::ceil(wanted), kFewest, static_cast<double>(effort.most_runs_per_candidate)));
    }

    /// One run. True if the cause shows.
    bool run_once(const Program& program) {
        const Schedule schedule{random_.next(), best_.schedule.most_spin};
        ConcurrentTrace trace;
        if (!has_threads(program.operations) || run_(program, schedule, trace)) {
            return false;
        }
        HistoryJudgement judgement = judge_history(judge_, program, trace);
        if (judgement.verdict != HistoryJudgement::Verdict::kDeviates ||
            race_cause(program.operations, trace, judgement) != best_.cause) {
            return false;
        }
        best_.schedule = schedule;
        best_.trace = std::move(trace);
        best_.judgement = std::move(judgement);
        const Header header = best_.program.header;
        best_.program = program;
        best_.program.header = header;
        return true;
    }

    [[nodiscard]] const RaceFinding& best() const { return best_; }

private:
    RaceFinding best_;
    const ConcurrentRunner& run_;
    HistoryJudge& judge_;
    const std::function<bool()>& stop_;
    Random random_;
};

std::size_t strands_of(const Program& program) {
    std::set<int> strands;
    for (const Operation& operation : program.operations) {
        strands.insert(strand_of(operation));
    }
    return strands.size();
}

std::size_t operations_of(const Program& program) {
    return static_cast<std::size_t>(std::ranges::count_if(
        program.operations,
        [](const Operation& operation) { return operation.kind != OperationKind::kBarrier; }));
}

KeepsProperty property_elsewhere(const RaceFinding& finding, const RaceShrinkHelp& help,
                                 HistoryJudge& judge, const std::function<bool()>& stop,
                                 std::uint32_t runs) {
    const auto run = std::make_shared<ConcurrentRunner>(help.runner());
    if (!*run) {
        return {};
    }
    const auto shrinking = std::make_shared<Shrinking>(finding, *run, judge, stop);
    return [run, shrinking, runs](const Program& candidate) {
        return shrinking->shows_cause(candidate, runs);
    };
}

}  // namespace

SmallerRace shrink_race(const RaceFinding& finding, const ConcurrentRunner& run,
                        HistoryJudge& judge, const RaceShrinkEffort& effort,
                        const std::function<bool()>& stop, const RaceShrinkHelp& help) {
    Shrinking shrinking(finding, run, judge, stop);
    const std::uint32_t runs = shrinking.enough_runs(effort);
    if (runs > 0) {
        const Program small = shrink_program_with(
            help.jobs, finding.program,
            [&](const Program& candidate) { return shrinking.shows_cause(candidate, runs); },
            [&] { return property_elsewhere(finding, help, judge, stop, runs); },
            effort.most_candidates);
        // What a helper saw is seen here, too, if it is to be told.
        constexpr std::uint32_t kMoreOften = 10;
        if (!(shrinking.best().program.operations == small.operations)) {
            shrinking.shows_cause(small, kMoreOften * runs);
        }
    }
    SmallerRace smaller{.finding = shrinking.best(), .runs_per_candidate = runs};
    const Program program = smaller.finding.program;
    while (smaller.runs < effort.confirming_runs && !stop()) {
        ++smaller.runs;
        smaller.seen += shrinking.run_once(program) ? 1 : 0;
    }
    return smaller;
}

std::string confidence_text(const SmallerRace& race, std::size_t operations_before) {
    // The interval of Wilson (1927), which holds for rare events, too.
    constexpr double kZ = 1.96;
    const double n = std::max<std::uint32_t>(race.runs, 1);
    const double share = race.seen / n;
    const double middle = (share + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
    const double half =
        kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n)) / (1 + kZ * kZ / n);
    const std::string tries =
        race.runs_per_candidate == 0
            ? ""
            : fmt::format("; each smaller program ran up to {} times", race.runs_per_candidate);
    return fmt::format(
        "{} operations in {} threads, of {} operations; seen in {} of {} runs ({:.1f}%, 95% "
        "interval {:.1f}% to {:.1f}%){}",
        operations_of(race.finding.program), strands_of(race.finding.program), operations_before,
        race.seen, race.runs, 100 * share, 100 * std::max(middle - half, 0.0),
        100 * (middle + half), tries);
}

}  // namespace epollcheck
