// The belief set. See belief.h.

#include "model/judgement/belief.h"

#include <algorithm>
#include <utility>

namespace epollcheck {

BeliefSet::BeliefSet(const Settings& settings)
    : settings_(settings),
      storage_(std::make_unique<World[]>(2 * kMaxWorlds + 1)),
      current_(storage_.get()),
      next_(storage_.get() + kMaxWorlds),
      scratch_(storage_.get() + 2 * kMaxWorlds) {
    restart();
}

void BeliefSet::restart_in(const World& world) {
    current_[0] = world;
    count_ = 1;
    reason_ = nullptr;
}

StepVerdict BeliefSet::step(const Operation& operation, const Observation& observed) {
    decided_ = RuleSet{};
    // The clock may outrun a wait of a ring (let_time_out).
    const bool certain = settings_.tier == Tier::kExact && count_ == 1 &&
                         operation.kind != OperationKind::kRingTimedWait &&
                         !has_open_outcomes(current_[0]);
    return certain ? step_in_place(operation, observed) : step_all(operation, observed);
}

/// Tier exact: one world, no choices, so it can be stepped where it stands.
StepVerdict BeliefSet::step_in_place(const Operation& operation, const Observation& observed) {
    choices_.restart();
    Transition transition(current_[0], settings_, &observed, choices_, event_space_);
    const Result predicted = apply(transition, operation);
    decided_ = transition.decided();
    if (transition.gave_up() != nullptr) {
        reason_ = transition.gave_up();
        return StepVerdict::kInconclusive;
    }
    const bool same =
        !transition.impossible() && same_answer({predicted, transition.events()}, observed);
    return same ? StepVerdict::kAllowed : StepVerdict::kForbidden;
}

StepVerdict BeliefSet::step_all(const Operation& operation, const Observation& observed) {
    constexpr int kMaxRuns = 4096;
    int runs = 0;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        choices_.restart();
        do {
            *scratch_ = current_[i];
            Transition transition(*scratch_, settings_, &observed, choices_, event_space_);
            const Result predicted = apply(transition, operation);
            decided_.merge(transition.decided());
            if (transition.gave_up() != nullptr) {
                reason_ = transition.gave_up();
                return StepVerdict::kInconclusive;
            }
            if (!transition.impossible() &&
                same_answer({predicted, transition.events()}, observed)) {
                keep(*scratch_, kept);
            }
            if (++runs == kMaxRuns || kept == kMaxWorlds || choices_.exhausted()) {
                reason_ = "more possible worlds than the judge follows";
                return StepVerdict::kInconclusive;
            }
        } while (choices_.advance());
    }
    std::swap(current_, next_);
    count_ = kept;
    return kept > 0 ? StepVerdict::kAllowed : StepVerdict::kForbidden;
}

void BeliefSet::keep(const World& world, std::size_t& kept) {
    if (std::find(next_, next_ + kept, world) == next_ + kept) {
        next_[kept++] = world;
    }
}

std::vector<World> worlds_after(std::span<const World> worlds, const Settings& settings,
                                const Operation& operation, const Observation& observed) {
    std::vector<World> after;
    BeliefSet belief(settings);
    for (const World& world : worlds) {
        belief.restart_in(world);
        if (belief.step(operation, observed) == StepVerdict::kAllowed) {
            after.insert(after.end(), belief.worlds().begin(), belief.worlds().end());
        }
    }
    return after;
}

std::vector<AllowedAnswer> allowed_answers(std::span<const World> worlds, const Settings& settings,
                                           const Operation& operation, std::size_t limit,
                                           bool* complete) {
    constexpr int kMaxRuns = 10'000;
    std::vector<AllowedAnswer> answers;
    const auto scratch = std::make_unique<World>();
    std::vector<Event> event_space(kMaxEvents);
    bool all = true;
    for (const World& world : worlds) {
        Choices choices;
        int runs = 0;
        bool more = true;
        while (more) {
            *scratch = world;
            Transition transition(*scratch, settings, nullptr, choices, event_space.data());
            const Result result = apply(transition, operation);
            const Observation answer{result, transition.events()};
            const bool counts = !transition.impossible() && transition.gave_up() == nullptr;
            const bool known =
                std::any_of(answers.begin(), answers.end(), [&](const AllowedAnswer& other) {
                    return same_answer(other.observation(), answer);
                });
            if (counts && !known && answers.size() < limit) {
                answers.push_back(
                    {result, {answer.events.begin(), answer.events.end()}, transition.decided()});
            }
            all = all && transition.gave_up() == nullptr && !transition.leaves_out_answers() &&
                  (!counts || known || answers.size() < limit);
            more = choices.advance() && ++runs < kMaxRuns && answers.size() < limit;
        }
        all = all && runs < kMaxRuns && !choices.exhausted();
    }
    if (complete != nullptr) {
        *complete = all && answers.size() < limit;
    }
    return answers;
}

}  // namespace epollcheck
