// Reproducers of races. See race_reproducer.h.

#include "harness/check/race_reproducer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/check/case_check.h"
#include "harness/check/quoted_rules.h"
#include "model/rules/rule.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {
namespace {

/// Tickets between two of a trace, so that there is room to move beginnings and ends.
constexpr std::uint64_t kRoom = 1'000;

struct Place {
    std::uint64_t first = 0;  // the ticket before which nothing of the section begins
    std::uint64_t last = 0;   // and after which nothing ends
};

/// Where each operation may be: between the barriers around it.
std::vector<Place> places_of(std::span<const Operation> operations, const ConcurrentTrace& trace) {
    std::vector<Place> places(operations.size());
    std::uint64_t before = 0;
    for (std::size_t first = 0; first < operations.size();) {
        std::size_t end = first;
        std::uint64_t latest = before;
        for (; end < operations.size() && operations[end].kind != OperationKind::kBarrier; ++end) {
            const CallInterval& call = trace.intervals[end];
            if (call.begin == CallInterval::kNever) continue;
            latest = std::max(latest, call.blocked ? call.begin : call.end);
        }
        const std::uint64_t last = latest + kRoom / 2;
        for (std::size_t i = first; i < end; ++i) places[i] = {before + 1, last};
        before = last;
        first = end + 1;
    }
    return places;
}

class Widening {
public:
    Widening(const Program& program, const ConcurrentTrace& trace, HistoryJudge& judge)
        : program_(program), trace_(trace), judge_(judge) {
        for (CallInterval& call : trace_.intervals) {
            if (call.begin != CallInterval::kNever) call.begin *= kRoom;
            if (call.end != CallInterval::kNever) call.end *= kRoom;
        }
        places_ = places_of(program.operations, trace_);
    }

    ConcurrentTrace widest() {
        for (std::size_t i = sequential_beginning(program_.operations); i < trace_.intervals.size();
             ++i) {
            const CallInterval before = trace_.intervals[i];
            if (before.begin == CallInterval::kNever) continue;
            try_interval(i, {earliest(i), before.end, before.blocked});
            if (!before.blocked) {
                try_interval(i, {trace_.intervals[i].begin, latest(i), before.blocked});
            }
        }
        return std::move(trace_);
    }

private:
    void try_interval(std::size_t index, const CallInterval& wider) {
        const CallInterval before = std::exchange(trace_.intervals[index], wider);
        const HistoryJudgement judgement =
            judge_.judge(program_.operations, static_cast<int>(program_.handles.size()), trace_);
        if (judgement.verdict != HistoryJudgement::Verdict::kDeviates) {
            trace_.intervals[index] = before;
        }
    }

    /// Behind the call of the same thread before it.
    [[nodiscard]] std::uint64_t earliest(std::size_t index) const {
        std::uint64_t first = places_[index].first;
        for (std::size_t i = 0; i < index; ++i) {
            const CallInterval& call = trace_.intervals[i];
            if (is_neighbour(i, index)) first = std::max(first, call.end + 1);
        }
        return std::min(first, trace_.intervals[index].begin);
    }

    [[nodiscard]] std::uint64_t latest(std::size_t index) const {
        std::uint64_t last = places_[index].last;
        for (std::size_t i = index + 1; i < trace_.intervals.size(); ++i) {
            const CallInterval& call = trace_.intervals[i];
            if (is_neighbour(i, index)) last = std::min(last, call.begin - 1);
        }
        return std::max(last, trace_.intervals[index].end);
    }

    [[nodiscard]] bool is_neighbour(std::size_t left, std::size_t right) const {
        return strand_of(program_.operations[left]) == strand_of(program_.operations[right]) &&
               program_.operations[left].kind != OperationKind::kBarrier &&
               trace_.intervals[left].begin != CallInterval::kNever &&
               !trace_.intervals[left].blocked;
    }

    const Program& program_;
    ConcurrentTrace trace_;
    HistoryJudge& judge_;
    std::vector<Place> places_;
};

/// The pairs of calls of two threads of one section of which one had returned before the other
/// began, without those that follow from others.
std::vector<std::pair<std::size_t, std::size_t>> order_of(const Program& program,
                                                          const ConcurrentTrace& trace) {
    const auto& operations = program.operations;
    const std::vector<Place> places = places_of(operations, trace);
    const auto is_made = [&](std::size_t i) {
        return operations[i].kind != OperationKind::kBarrier &&
               trace.intervals[i].begin != CallInterval::kNever;
    };
    const auto comes_before = [&](std::size_t left, std::size_t right) {
        return is_made(left) && is_made(right) && !trace.intervals[left].blocked &&
               places[left].first == places[right].first &&
               strand_of(operations[left]) != strand_of(operations[right]) &&
               trace.intervals[left].end < trace.intervals[right].begin;
    };
    const auto same_thread = [&](std::size_t left, std::size_t right) {
        return strand_of(operations[left]) == strand_of(operations[right]);
    };
    std::vector<std::pair<std::size_t, std::size_t>> order;
    for (std::size_t left = 0; left < operations.size(); ++left) {
        for (std::size_t right = 0; right < operations.size(); ++right) {
            bool follows = !comes_before(left, right);
            for (std::size_t i = left + 1; i < operations.size() && !follows; ++i) {
                follows = same_thread(i, left) && comes_before(i, right);
            }
            for (std::size_t i = 0; i < right && !follows; ++i) {
                follows = same_thread(i, right) && comes_before(left, i);
            }
            if (!follows) order.emplace_back(left, right);
        }
    }
    return order;
}

/// So many that a race which shows as often as it did is missed once in a million times.
std::uint32_t enough_repetitions(const RaceOccurrence& occurrence) {
    constexpr double kLeast = 20'000;
    constexpr double kMost = 2'000'000;
    if (occurrence.seen == 0) return static_cast<std::uint32_t>(kMost / 4);
    const double wanted = 14.0 * occurrence.runs / occurrence.seen;
    return static_cast<std::uint32_t>(std::clamp(wanted, kLeast, kMost));
}

Answer observed_answer(const ConcurrentTrace& trace, std::size_t index) {
    if (trace.intervals[index].blocked) return {Result::blocked(), {}};
    const Observation observed = trace.answers[index];
    return {observed.result, {observed.events.begin(), observed.events.end()}};
}

}  // namespace

ConcurrentTrace widest_history(const Program& program, const ConcurrentTrace& trace,
                               HistoryJudge& judge) {
    // What an await saw would not be true of longer calls.
    const bool waits_for_others = std::ranges::find(program.operations, OperationKind::kAwait,
                                                    &Operation::kind) != program.operations.end();
    return waits_for_others ? trace : Widening(program, trace, judge).widest();
}

std::variant<std::string, CannotEmit> case_of_threads_c(const Program& program, Tier tier,
                                                        const Judge& judge, CStyle style) {
    Reproducer reproducer;
    reproducer.style = style;
    for (const std::string& id : program.header.rules) {
        const auto rule = rule_named(id);
        if (rule) reproducer.rules.push_back(quoted(*rule));
    }
    reproducer.tier = tier_name(tier);
    bool written = false;
    const std::size_t beginning = sequential_beginning(program.operations);
    reproducer.allowed.resize(program.operations.size());
    for (std::size_t i = 0; i < program.annotations.size(); ++i) {
        for (const ExpectedAnswer& answer : program.annotations[i].expected) {
            if (!applies(answer, judge.profile())) continue;
            written = written || (i >= beginning && answer.condition.empty());
            reproducer.allowed[i].usual.push_back({answer.result, answer.events});
        }
    }
    if (!written) {
        return CannotEmit{
            "the program has several threads, and nothing says what they may answer: write "
            "answers down, or look for a race with --run"};
    }
    return emit_c(program, reproducer);
}

std::variant<std::string, CannotEmit> race_c(const Program& program, const ConcurrentTrace& trace,
                                             const HistoryJudgement& judgement, HistoryJudge& judge,
                                             Tier tier, const RaceOccurrence& occurrence) {
    const int handles = static_cast<int>(program.handles.size());
    const auto again = judge.judge(program.operations, handles, trace);
    if (again.verdict != HistoryJudgement::Verdict::kDeviates) {
        return CannotEmit{"what is wrong is no matter of the answers alone"};
    }
    if (judgement.unexplained < sequential_beginning(program.operations)) {
        return CannotEmit{"it deviates before its threads begin"};
    }
    Reproducer reproducer;
    reproducer.rules = quoted(judgement.rules);
    reproducer.tier = tier_name(tier);
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        AllowedAnswers answers;
        if (trace.intervals[i].begin != CallInterval::kNever) {
            answers.usual.push_back(observed_answer(trace, i));
        }
        reproducer.allowed.push_back(std::move(answers));
    }
    RaceAspect& race = reproducer.race;
    race.forbidden = true;
    race.order = order_of(program, widest_history(program, trace, judge));
    race.repetitions = enough_repetitions(occurrence);
    race.seed = occurrence.schedule.seed;
    race.story = occurrence.story;
    if (occurrence.seen > 0) {
        race.experience = fmt::format("{} of {} runs were so", occurrence.seen, occurrence.runs);
    }
    return emit_c(program, reproducer);
}

}  // namespace epollcheck
