// The judge: replays an observed trace through the belief set and says which promises it breaks.
//
// The judge never guesses: what the model cannot follow is inconclusive,
// with the reason, and what the harness could not do never comes here.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/judgement/belief.h"
#include "model/rules/profile.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

enum class Verdict : std::uint8_t {
    kConforms,
    kDeviates,
    kInconclusive,
};

/// "conforms", "deviates" or "inconclusive".
std::string_view verdict_name(Verdict verdict);

/// The first answer of a trace that one tier forbids.
struct Deviation {
    Tier tier = Tier::kExact;
    std::size_t step = 0;                // index of the operation
    std::vector<AllowedAnswer> allowed;  // what the tier allows there, at most kMaxShownAnswers
    bool allowed_complete = true;        // false: there are more
    RuleSet rules;                       // the rules that forbid the observed answer
};
inline constexpr std::size_t kMaxShownAnswers = 8;

struct Judgement {
    Verdict verdict = Verdict::kConforms;
    std::vector<Deviation> deviations;  // one per tier that forbids something, loosest tier first
    RuleSet exercised;                  // rules that decided an answer of the trace
    std::string reason;                 // why it is inconclusive
    std::size_t reason_step = 0;        // and where
};

class Judge {
public:
    Judge(const Profile& profile, const Calibration& calibration);

    /// True if the trace conforms at tier exact. The fast path of fuzzing: no allocation, and
    /// nothing to read afterwards but exercised() and inconclusive().
    bool conforms(std::span<const Operation> operations, const Trace& trace);
    [[nodiscard]] bool inconclusive() const { return inconclusive_; }
    [[nodiscard]] const RuleSet& exercised() const { return exercised_; }

    /// Judges a trace at all tiers up to `strictest`. Operations that were not run end the trace.
    Judgement judge(std::span<const Operation> operations, const Trace& trace, Tier strictest);

    /// The answers of the model itself at tier exact: what this profile is sure to give. Ends early
    /// where the model gives up.
    Trace predict(std::span<const Operation> operations);

    [[nodiscard]] const Profile& profile() const { return profile_; }
    [[nodiscard]] const Calibration& calibration() const { return calibration_; }
    [[nodiscard]] Settings settings(Tier tier) const { return {tier, &profile_, &calibration_}; }

private:
    bool judge_at(Tier tier, std::span<const Operation> operations, const Trace& trace,
                  Judgement& judgement);

    Profile profile_;
    const Calibration& calibration_;
    BeliefSet belief_;
    RuleSet exercised_;
    bool inconclusive_ = false;
};

}  // namespace epollcheck
