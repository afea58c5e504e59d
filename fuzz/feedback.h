// Feedback: what a run of a program reached in the model, as counters that libFuzzer takes for
// coverage (`__libfuzzer_extra_counters`), so that the model need not be compiled by clang.
//
// Three things count: a rule that decides a kind of operation with a kind of answer; two rules that
// decide one after the other; and a rule that decides in a class of worlds (world_class.h). Each is
// hashed into its part of a bounded array. That some share a counter only makes the search for
// them a little blinder.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/judgement/world_key.h"
#include "model/rules/rule.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"
#include "model/world/settings.h"

namespace epollcheck {

/// All that runs have reached so far, for statistics. May lie in memory that processes share.
struct Reached {
    static constexpr std::size_t kBits = std::size_t{1} << 22;
    std::atomic<std::uint64_t> classes[kBits / 64];  // of worlds, by hash
    std::atomic<std::uint64_t> rules[(kRules + 64) / 64];

    /// How many classes of worlds, by linear counting: two may share a bit.
    [[nodiscard]] std::uint64_t count_classes() const;
    [[nodiscard]] RuleSet rule_set() const;
};

class Feedback {
public:
    static constexpr std::size_t kCounters = std::size_t{3} << 14;
    /// Of these, the first ones: without what tells worlds apart, of which there is no end.
    static constexpr std::size_t kCoarseCounters = std::size_t{2} << 14;

    /// The counters that libFuzzer looks at after each run. There is one array in a process.
    static std::span<std::uint8_t> counters();

    /// `reached` (or null) outlives the feedback.
    explicit Feedback(Reached* reached) : reached_(reached) {}

    /// A run begins.
    void restart() {
        previous_ = {};
        answers_ = 0;
    }
    /// One step of it: the rules that decided it, and the world after it.
    void note_step(const Operation& operation, const Observation& observed, const RuleSet& decided,
                   const World& world, const Settings& settings);
    /// The same of an answer where no model is at hand.
    void note_answer(const Operation& operation, const Observation& observed);
    /// Rules that decided anywhere in a run, where steps cannot be told apart.
    void note_rules(const RuleSet& decided);

private:
    void note_rule_in_reached(Rule rule);

    Reached* reached_;
    RuleSet previous_;           // of the step before
    std::uint64_t answers_ = 0;  // the last two, where no model is at hand
};

}  // namespace epollcheck
