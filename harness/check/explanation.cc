// Explanation. See explanation.h.

#include "harness/check/explanation.h"

#include <algorithm>

#include "harness/check/blame.h"

namespace epollcheck {

Explanation::Explanation(const Program& program, const Trace& trace, Judge& judge, Tier strictest)
    : program_(program), trace_(trace) {
    for (int tier = 0; tier <= static_cast<int>(strictest); ++tier) {
        beliefs_.push_back({BeliefSet(judge.settings(static_cast<Tier>(tier)))});
    }
}

bool Explanation::has_next() const {
    return next_ < program_.operations.size() && next_ <= trace_.size() &&
           std::any_of(beliefs_.begin(), beliefs_.end(),
                       [](const Follower& follower) { return follower.follows; });
}

StepView Explanation::next() {
    StepView step;
    step.step = next_;
    step.answered = next_ < trace_.size() && trace_[next_].result.kind != ResultKind::kNotRun;
    for (Follower& follower : beliefs_) {
        step.tiers.push_back(view(follower, program_.operations[next_], step));
    }
    ++next_;
    return step;
}

TierView Explanation::view(Follower& follower, const Operation& operation, StepView& step) {
    TierView view;
    view.tier = follower.belief.settings().tier;
    view.follows = follower.follows;
    if (!follower.follows) {
        return view;
    }
    const std::span<const World> worlds = follower.belief.worlds();
    const std::vector<World> before(worlds.begin(), worlds.end());
    view.allowed = allowed_answers(before, follower.belief.settings(), operation, kMaxShownAnswers,
                                   &view.allowed_complete);
    // Without an answer the step is taken all the same, to learn why the model gives up.
    const Observation answer = step.answered ? trace_[step.step] : Observation{};
    const StepVerdict verdict = follower.belief.step(operation, answer);
    step.rules.merge(telling_rules(follower.belief.decided()));
    if (verdict == StepVerdict::kInconclusive) {
        view.gave_up = follower.belief.reason();
    }
    view.permits = verdict == StepVerdict::kAllowed;
    if (step.answered && verdict == StepVerdict::kForbidden) {
        step.rules.merge(blamed_rules(before, operation, answer, view.allowed));
    }
    follower.follows = view.permits;
    return view;
}

const World* Explanation::world() const {
    const Follower& strictest = beliefs_.back();
    return strictest.follows && strictest.belief.worlds().size() == 1
               ? &strictest.belief.worlds().front()
               : nullptr;
}

}  // namespace epollcheck
