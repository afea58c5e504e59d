// The belief set: all worlds that are possible after what was observed so far.
//
// A step takes an operation and the observed answer and keeps the worlds that can have given it. If
// none is left, the observation is forbidden. At tier exact, without asynchronous sources, there is
// always exactly one world.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/judgement/step.h"

namespace epollcheck {

enum class StepVerdict : std::uint8_t {
    kAllowed,
    kForbidden,
    kInconclusive,  // the model met one of its own limits
};

class BeliefSet {
public:
    explicit BeliefSet(const Settings& settings);

    /// Back to the empty world.
    void restart() { restart_in(empty_world()); }
    /// To one given world.
    void restart_in(const World& world);
    void set_tier(Tier tier) { settings_.tier = tier; }
    [[nodiscard]] const Settings& settings() const { return settings_; }

    /// Takes one observed answer. After kForbidden the set is empty at tiers below exact and
    /// undefined at tier exact: restart, or stop.
    StepVerdict step(const Operation& operation, const Observation& observed);

    /// Rules that decided the last step.
    [[nodiscard]] const RuleSet& decided() const { return decided_; }
    /// Why the last step was inconclusive.
    [[nodiscard]] const char* reason() const { return reason_; }
    [[nodiscard]] std::span<const World> worlds() const { return {current_, count_}; }

private:
    StepVerdict step_in_place(const Operation& operation, const Observation& observed);
    StepVerdict step_all(const Operation& operation, const Observation& observed);
    void keep(const World& world, std::size_t& kept);

    static constexpr std::size_t kMaxWorlds = 32;

    Settings settings_;
    std::unique_ptr<World[]> storage_;  // 2 * kMaxWorlds + 1
    World* current_;
    World* next_;
    World* scratch_;
    std::size_t count_ = 0;
    Choices choices_;
    RuleSet decided_;
    const char* reason_ = nullptr;
    Event event_space_[kMaxEvents];
};

/// The worlds that are possible when `operation` gave `observed` in one of `worlds`; empty if that
/// is forbidden or the model cannot follow.
std::vector<World> worlds_after(std::span<const World> worlds, const Settings& settings,
                                const Operation& operation, const Observation& observed);

/// One answer that the model allows, with the rules that lead to it.
struct AllowedAnswer {
    Result result;
    std::vector<Event> events;
    RuleSet decided;

    [[nodiscard]] Observation observation() const { return {result, events}; }
};

/// Answers that are allowed for `operation` in any of `worlds`, without duplicates; at most
/// `limit`. `complete` (if given) says whether these are all of them.
std::vector<AllowedAnswer> allowed_answers(std::span<const World> worlds, const Settings& settings,
                                           const Operation& operation, std::size_t limit,
                                           bool* complete = nullptr);

}  // namespace epollcheck
