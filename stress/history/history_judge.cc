// The judge of concurrent histories. See history_judge.h.

#include "stress/history/history_judge.h"

#include <algorithm>

#include "model/vocabulary/strand.h"
#include "stress/history/components.h"
#include "stress/history/epoll_model.h"

namespace epollcheck {

namespace {

using History = std::vector<HistoryCall<EpollCall>>;
using Verdict = HistoryJudgement::Verdict;

constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

/// The history of one component, and the operation that each call stands for.
struct OwnHistory {
    History calls;
    std::vector<std::size_t> operation_of;  // kNobody: quiescence
};

bool is_wait(OperationKind kind) {
    return kind == OperationKind::kEpollWait || kind == OperationKind::kEpollPwait ||
           kind == OperationKind::kEpollPwait2 || kind == OperationKind::kIoUringWait;
}

/// What was observed at `index`. A blocked call answered nothing, whatever the signal that ended it
/// brought forth.
Observation observed_at(const ConcurrentTrace& trace, std::size_t index) {
    return trace.intervals[index].blocked ? Observation{Result::blocked(), {}}
                                          : trace.answers[index];
}

/// True if the thread that an await names was in a wait when it returned.
bool saw_sleeper(std::span<const Operation> operations, const ConcurrentTrace& trace,
                 std::size_t await) {
    const CallInterval& seen = trace.intervals[await];
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const CallInterval& call = trace.intervals[i];
        if (strand_of(operations[i]) == named_strand(operations[await]) &&
            is_wait(operations[i].kind) && call.begin < seen.begin && call.end > seen.end) {
            return true;
        }
    }
    return false;
}

/// True if no other call overlapped the one at `index`.
bool was_alone(const ConcurrentTrace& trace, std::size_t index) {
    const CallInterval& own = trace.intervals[index];
    return std::ranges::none_of(trace.intervals, [&](const CallInterval& other) {
        return &other != &own && other.begin < own.end && other.end > own.begin;
    });
}

/// True if an ADD of another strand overlapped the call at `index`, which is no wait.
bool was_beside_add(std::span<const Operation> operations, const ConcurrentTrace& trace,
                    std::size_t index) {
    if (is_wait(operations[index].kind)) {
        return false;
    }
    const CallInterval& own = trace.intervals[index];
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const CallInterval& other = trace.intervals[i];
        const bool adds =
            operations[i].kind == OperationKind::kEpollCtl && operations[i].number == kCtlAdd;
        if (adds && strand_of(operations[i]) != strand_of(operations[index]) &&
            other.begin < own.end && other.end > own.begin) {
            return true;
        }
    }
    return false;
}

/// Tickets, spread so that there is room between them: a blocked call ended right after the instant
/// of quiescence, and that came after all calls that returned by themselves.
constexpr std::uint64_t kSpread = 4;

}  // namespace

std::size_t sequential_beginning(std::span<const Operation> operations) {
    const auto concurrent = std::ranges::find_if(
        operations, [](const Operation& operation) { return operation.thread != 0; });
    std::size_t end = static_cast<std::size_t>(concurrent - operations.begin());
    while (end > 0 && end < operations.size() &&
           operations[end - 1].kind != OperationKind::kBarrier) {
        --end;
    }
    return end;
}

struct HistoryJudge::Parts {
    Profile profile;
    const Calibration& calibration;
    Tier tier;
    Limits limits;
    BeliefSet belief;
    World start;

    Parts(const Profile& profile_to_use, const Calibration& calibration_to_use, Tier tier_to_use,
          const Limits& limits_to_use)
        : profile(profile_to_use),
          calibration(calibration_to_use),
          tier(tier_to_use),
          limits(limits_to_use),
          belief(settings()) {}

    [[nodiscard]] Settings settings() const { return {tier, &profile, &calibration}; }

    bool begin(std::span<const Operation> operations, const ConcurrentTrace& trace,
               std::size_t count, HistoryJudgement& judgement);
    OwnHistory history(std::span<const Operation> operations, const ConcurrentTrace& trace,
                       std::size_t first, std::span<const int> component_of, int component);
    void search(const OwnHistory& history, std::span<const Operation> operations, int handle_count,
                const ConcurrentTrace& trace, HistoryJudgement& judgement);
    void explain(const ConcurrentWorld& stuck, const Operation& operation,
                 const Observation& observed, HistoryJudgement& judgement);
};

/// Judges the sequential beginning. False if there is nothing more to judge.
bool HistoryJudge::Parts::begin(std::span<const Operation> operations, const ConcurrentTrace& trace,
                                std::size_t count, HistoryJudgement& judgement) {
    belief.restart();
    for (std::size_t i = 0; i < count; ++i) {
        const std::vector<World> before(belief.worlds().begin(), belief.worlds().end());
        const StepVerdict verdict = belief.step(operations[i], trace.answers[i]);
        judgement.exercised.merge(belief.decided());
        if (verdict == StepVerdict::kInconclusive) {
            judgement.verdict = Verdict::kInconclusive;
            judgement.reason = belief.reason();
            return false;
        }
        if (verdict == StepVerdict::kForbidden) {
            judgement.verdict = Verdict::kDeviates;
            judgement.unexplained = i;
            judgement.rules = belief.decided();
            return false;
        }
        judgement.order.push_back(i);
    }
    if (belief.worlds().size() != 1) {
        judgement.verdict = Verdict::kInconclusive;
        judgement.reason = "several worlds are possible before the threads start";
        return false;
    }
    start = belief.worlds().front();
    return true;
}

/// The calls of one component from operation `first` on, and the instants of quiescence.
OwnHistory HistoryJudge::Parts::history(std::span<const Operation> operations,
                                        const ConcurrentTrace& trace, std::size_t first,
                                        std::span<const int> component_of, int component) {
    OwnHistory own;
    std::size_t section = first;
    while (section < operations.size()) {
        std::size_t end = section;
        std::uint64_t latest = 0;
        bool blocked = false;
        for (; end < operations.size() && operations[end].kind != OperationKind::kBarrier; ++end) {
            const CallInterval& interval = trace.intervals[end];
            if (interval.begin != CallInterval::kNever) {
                latest = std::max(latest, interval.blocked ? interval.begin : interval.end);
                blocked = blocked || (interval.blocked && component_of[end] == component);
            }
        }
        const std::uint64_t quiescence = latest * kSpread + 1;
        for (std::size_t i = section; i < end; ++i) {
            const CallInterval& interval = trace.intervals[i];
            if (interval.begin == CallInterval::kNever || component_of[i] != component) {
                continue;
            }
            EpollCall call;
            call.call = {.operation = &operations[i],
                         .observed = observed_at(trace, i),
                         .thread = static_cast<std::uint8_t>(strand_of(operations[i])),
                         .blocked = interval.blocked,
                         .saw_sleeper = operations[i].kind == OperationKind::kAwait &&
                                        saw_sleeper(operations, trace, i),
                         .alone = operations[i].kind == OperationKind::kExit && was_alone(trace, i),
                         .beside_add = was_beside_add(operations, trace, i)};
            const bool sleeps_outside = interval.blocked && !is_wait(operations[i].kind);
            own.calls.push_back({call, strand_of(operations[i]),
                                 sleeps_outside ? quiescence + 1 : interval.begin * kSpread,
                                 interval.blocked ? quiescence + 2 : interval.end * kSpread});
            own.operation_of.push_back(i);
        }
        if (blocked) {
            EpollCall instant;
            instant.is_quiescence = true;
            own.calls.push_back({instant, kMaxStrands, quiescence, quiescence});
            own.operation_of.push_back(kNobody);
        }
        section = end + 1;
    }
    return own;
}

void HistoryJudge::Parts::search(const OwnHistory& own, std::span<const Operation> operations,
                                 int handle_count, const ConcurrentTrace& trace,
                                 HistoryJudgement& judgement) {
    const EpollModel model(settings(), start, handle_count);
    LinearizabilitySearch<EpollModel> search(model, own.calls, {limits.configurations});
    const LinearizabilityResult result = search.run();
    judgement.configurations += result.configurations;
    judgement.exercised.merge(model.decided());
    if (result.verdict == LinearizabilityResult::Verdict::kLinearizable) {
        return;
    }
    judgement.verdict = Verdict::kInconclusive;
    if (model.gave_up() != nullptr) {
        judgement.reason = model.gave_up();
        return;
    }
    if (result.verdict == LinearizabilityResult::Verdict::kInconclusive) {
        judgement.reason = "no explanation among the first " +
                           std::to_string(limits.configurations) + " configurations";
        return;
    }
    judgement.verdict = Verdict::kDeviates;
    for (const std::size_t call : result.order) {
        if (own.operation_of[call] != kNobody) {
            judgement.order.push_back(own.operation_of[call]);
        }
    }
    std::size_t unexplained = own.operation_of[result.unexplained];
    if (unexplained == kNobody || trace.intervals[unexplained].blocked) {
        judgement.lost_wakeup = true;
        judgement.rules.add(Rule::kF18);
    }
    if (unexplained == kNobody) {
        for (std::size_t i = 0; i < own.calls.size(); ++i) {
            if (own.calls[i].operation.call.blocked) {
                unexplained = own.operation_of[i];
                break;
            }
        }
    }
    judgement.unexplained = unexplained;
    explain(search.furthest_state(), operations[unexplained], observed_at(trace, unexplained),
            judgement);
}

/// What the unexplained call may have answered, had nothing overlapped it any more.
void HistoryJudge::Parts::explain(const ConcurrentWorld& stuck, const Operation& operation,
                                  const Observation& observed, HistoryJudgement& judgement) {
    constexpr std::size_t kMostAnswers = 8;
    const std::span<const World> worlds(&stuck.world, 1);
    judgement.allowed = allowed_answers(worlds, settings(), operation, kMostAnswers);
    for (const AllowedAnswer& answer : judgement.allowed) {
        if (!same_answer(answer.observation(), observed)) {
            judgement.rules.merge(answer.decided);
        }
    }
}

HistoryJudge::HistoryJudge(const Profile& profile, const Calibration& calibration, Tier tier,
                           const Limits& limits)
    : parts_(std::make_unique<Parts>(profile, calibration, tier_of_histories(tier), limits)) {}

HistoryJudge::~HistoryJudge() = default;

HistoryJudgement HistoryJudge::judge(std::span<const Operation> operations, int handle_count,
                                     const ConcurrentTrace& trace) {
    HistoryJudgement judgement;
    const std::size_t beginning = sequential_beginning(operations);
    if (!parts_->begin(operations, trace, beginning, judgement)) {
        return judgement;
    }
    const Components components = components_of(operations, beginning, parts_->start);
    for (int component = 0; component < components.count; ++component) {
        const OwnHistory own =
            parts_->history(operations, trace, beginning, components.of_operation, component);
        parts_->search(own, operations, handle_count, trace, judgement);
        if (judgement.verdict != Verdict::kConforms) {
            return judgement;
        }
    }
    return judgement;
}

}  // namespace epollcheck
