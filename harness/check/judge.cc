// The judge. See judge.h.

#include "harness/check/judge.h"

#include "harness/check/blame.h"
#include "harness/check/prediction.h"

namespace epollcheck {

std::string_view verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::kConforms:
            return "conforms";
        case Verdict::kDeviates:
            return "deviates";
        case Verdict::kInconclusive:
            return "inconclusive";
    }
    return "";
}

Judge::Judge(const Profile& profile, const Calibration& calibration)
    : profile_(profile),
      calibration_(calibration),
      belief_({Tier::kExact, &profile_, &calibration_}) {}

bool Judge::conforms(std::span<const Operation> operations, const Trace& trace) {
    belief_.set_tier(Tier::kExact);
    belief_.restart();
    exercised_ = RuleSet{};
    inconclusive_ = false;
    for (std::size_t i = 0; i < trace.size(); ++i) {
        const StepVerdict verdict = belief_.step(operations[i], trace[i]);
        exercised_.merge(belief_.decided());
        if (verdict != StepVerdict::kAllowed) {
            inconclusive_ = verdict == StepVerdict::kInconclusive;
            return inconclusive_;
        }
    }
    return true;
}

Judgement Judge::judge(std::span<const Operation> operations, const Trace& trace, Tier strictest) {
    Judgement judgement;
    bool followed = true;
    for (int tier = 0; tier <= static_cast<int>(strictest); ++tier) {
        followed = judge_at(static_cast<Tier>(tier), operations, trace, judgement);
    }
    // What a stricter tier allows, looser ones allow too.
    if (followed && judgement.verdict == Verdict::kInconclusive) {
        judgement.verdict = Verdict::kConforms;
        judgement.reason.clear();
    }
    return judgement;
}

bool Judge::judge_at(Tier tier, std::span<const Operation> operations, const Trace& trace,
                     Judgement& judgement) {
    belief_.set_tier(tier);
    belief_.restart();
    std::vector<World> before;
    for (std::size_t i = 0; i < trace.size(); ++i) {
        if (trace[i].result.kind == ResultKind::kNotRun) {
            return true;
        }
        before.assign(belief_.worlds().begin(), belief_.worlds().end());
        const StepVerdict verdict = belief_.step(operations[i], trace[i]);
        judgement.exercised.merge(belief_.decided());
        if (verdict == StepVerdict::kInconclusive) {
            if (judgement.verdict != Verdict::kDeviates) {
                judgement.verdict = Verdict::kInconclusive;
                judgement.reason = belief_.reason();
                judgement.reason_step = i;
            }
            return false;
        }
        if (verdict == StepVerdict::kForbidden) {
            Deviation deviation;
            deviation.tier = tier;
            deviation.step = i;
            deviation.allowed = allowed_answers(before, settings(tier), operations[i],
                                                kMaxShownAnswers, &deviation.allowed_complete);
            deviation.rules = blamed_rules(before, operations[i], trace[i], deviation.allowed);
            judgement.verdict = Verdict::kDeviates;
            judgement.deviations.push_back(std::move(deviation));
            return true;
        }
    }
    return true;
}

Trace Judge::predict(std::span<const Operation> operations) {
    Trace trace;
    epollcheck::predict(operations, settings(Tier::kExact), trace);
    return trace;
}

}  // namespace epollcheck
