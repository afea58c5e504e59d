// Explanation: a program step by step through all tiers of the model at once.
//
// The explanation follows a trace: the answers of a target, or those that the model itself is sure
// of (Judge::predict), so that nothing has to run. At each step it knows what each tier allows
// after the answers so far, and the one world of tier exact.

#pragma once

#include <string>
#include <vector>

#include "harness/check/judge.h"

namespace epollcheck {

/// What one tier says about one step.
struct TierView {
    Tier tier = Tier::kExact;
    bool follows = true;                 // false: it forbade an earlier answer, or gave up before
    std::vector<AllowedAnswer> allowed;  // at most kMaxShownAnswers
    bool allowed_complete = true;
    bool permits = true;  // the answer of the trace is allowed
    std::string gave_up;  // why the model cannot follow this step, or ""
};

struct StepView {
    std::size_t step = 0;         // index of the operation
    bool answered = false;        // the trace has an answer
    std::vector<TierView> tiers;  // loosest first, one per tier
    RuleSet rules;                // that decided the step, or forbid the answer
};

class Explanation {
public:
    /// Explains `trace` of `program` at all tiers up to `strictest`. The trace may be shorter than
    /// the program. All references outlive the explanation.
    Explanation(const Program& program, const Trace& trace, Judge& judge, Tier strictest);

    /// True while there is a step to explain and a tier that can follow.
    [[nodiscard]] bool has_next() const;
    StepView next();

    /// The world of the strictest tier after the last step, or null once it has none or several.
    [[nodiscard]] const World* world() const;
    [[nodiscard]] const Settings& settings() const { return beliefs_.back().belief.settings(); }

private:
    struct Follower {
        BeliefSet belief;
        bool follows = true;
    };
    TierView view(Follower& follower, const Operation& operation, StepView& step);

    const Program& program_;
    const Trace& trace_;
    std::vector<Follower> beliefs_;  // by tier
    std::size_t next_ = 0;
};

}  // namespace epollcheck
