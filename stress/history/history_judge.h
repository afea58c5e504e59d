// The judge of concurrent histories: is there an order of the overlapping calls of a run in which
// epoll gives the answers that were seen?
//
// The search is that of linearizability.h over the model of epoll_model.h. What it adds to plain
// linearizability are the relaxations of SEMANTICS F: calls take effect in several steps, a batch
// is no snapshot, and at the end of a section everybody who sleeps must be right to do so, which is
// how a lost wake-up is found (R-F18).
//
// The sequential beginning of a program, which makes its descriptors, is judged as everywhere else.
// What follows falls into parts that have nothing to do with each other (components of the graph of
// files and instances); each is searched for itself.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/judgement/belief.h"
#include "model/judgement/concurrent_step.h"
#include "model/rules/profile.h"
#include "model/vocabulary/concurrent_trace.h"
#include "model/world/settings.h"

namespace epollcheck {

/// The tier at which histories are judged where `tier` is asked for. Of calls that overlap the
/// model knows what Linux does, step by step, and what everybody does; tier linux is taken for the
/// latter.
constexpr Tier tier_of_histories(Tier tier) {
    return tier == Tier::kExact ? tier : Tier::kContract;
}

struct HistoryJudgement {
    enum class Verdict : std::uint8_t { kConforms, kDeviates, kInconclusive };
    Verdict verdict = Verdict::kConforms;
    std::string reason;  // why it is inconclusive

    // Of a deviation:
    std::size_t unexplained = 0;         // the operation whose answer nothing explains
    bool lost_wakeup = false;            // it slept although it had an event to report
    std::vector<std::size_t> order;      // operations, the longest order that explains answers
    std::vector<AllowedAnswer> allowed;  // of the unexplained operation, after that order
    RuleSet rules;                       // that forbid its answer

    RuleSet exercised;               // rules that decided steps
    std::size_t configurations = 0;  // that the search went through
};

class HistoryJudge {
public:
    struct Limits {
        std::size_t configurations = 200'000;
    };

    /// Histories are judged at tier_of_histories(tier).
    HistoryJudge(const Profile& profile, const Calibration& calibration, Tier tier,
                 const Limits& limits);
    HistoryJudge(const Profile& profile, const Calibration& calibration, Tier tier)
        : HistoryJudge(profile, calibration, tier, Limits()) {}
    ~HistoryJudge();

    /// Judges one run of a program. Runs of the same program with the same beginning are judged
    /// faster when they come one after the other.
    HistoryJudgement judge(std::span<const Operation> operations, int handle_count,
                           const ConcurrentTrace& trace);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The number of operations at the beginning that only the first thread has.
std::size_t sequential_beginning(std::span<const Operation> operations);

}  // namespace epollcheck
