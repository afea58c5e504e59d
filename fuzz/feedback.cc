// Feedback. See feedback.h.

#include "fuzz/feedback.h"

#include <bit>
#include <cmath>

#include "model/judgement/world_class.h"

namespace epollcheck {

namespace {

// libFuzzer finds the section by its name (compiler-rt, FuzzerExtraCounters.cpp).
__attribute__((section("__libfuzzer_extra_counters"), used))
std::uint8_t g_counters[Feedback::kCounters];

struct Part {
    std::size_t first;
    std::size_t size;
};
constexpr Part kAnswers = {0, std::size_t{1} << 14};
constexpr Part kPairs = {kAnswers.first + kAnswers.size, std::size_t{1} << 14};
constexpr Part kClasses = {kPairs.first + kPairs.size, std::size_t{1} << 14};
static_assert(kClasses.first == Feedback::kCoarseCounters);
static_assert(kClasses.first + kClasses.size == Feedback::kCounters);

std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
    std::uint64_t word = (left ^ (right + 0x9e3779b97f4a7c15U)) * 0xbf58476d1ce4e5b9U;
    return word ^ (word >> 29);
}

void set(const Part& part, std::uint64_t hash) { g_counters[part.first + hash % part.size] = 1; }

/// Answers that are of one kind: counts and numbers are told apart as none, one and more.
std::uint64_t answer_class(const Observation& observed) {
    const Result& result = observed.result;
    const auto few = [](std::uint64_t number) { return number < 2 ? number : 2; };
    std::uint64_t hash = static_cast<std::uint64_t>(result.kind);
    switch (result.kind) {
        case ResultKind::kError:
            return mix(hash, static_cast<std::uint64_t>(result.value));
        case ResultKind::kEvents:
            hash = mix(hash, few(observed.events.size()));
            for (const Event& event : observed.events) {
                hash = mix(hash, event.mask);
            }
            return hash;
        case ResultKind::kValue:
        case ResultKind::kPayload:
            return mix(hash, few(static_cast<std::uint64_t>(result.value)));
        default:
            return hash;
    }
}

}  // namespace

std::uint64_t Reached::count_classes() const {
    std::uint64_t set = 0;
    for (const auto& word : classes) {
        set += static_cast<std::uint64_t>(std::popcount(word.load(std::memory_order_relaxed)));
    }
    if (set == kBits) {
        return set;
    }
    const auto bits = static_cast<double>(kBits);
    return static_cast<std::uint64_t>(
        std::lround(-bits * std::log1p(-static_cast<double>(set) / bits)));
}

RuleSet Reached::rule_set() const {
    RuleSet set;
    for (int rule = 1; rule <= kRules; ++rule) {
        if ((rules[rule / 64].load(std::memory_order_relaxed) >> rule % 64 & 1) != 0) {
            set.add(static_cast<Rule>(rule));
        }
    }
    return set;
}

std::span<std::uint8_t> Feedback::counters() { return g_counters; }

void Feedback::note_rule_in_reached(Rule rule) {
    if (reached_ != nullptr) {
        const auto number = static_cast<std::size_t>(rule);
        auto& word = reached_->rules[number / 64];
        const std::uint64_t bit = std::uint64_t{1} << number % 64;
        if ((word.load(std::memory_order_relaxed) & bit) == 0) {
            word.fetch_or(bit, std::memory_order_relaxed);
        }
    }
}

void Feedback::note_step(const Operation& operation, const Observation& observed,
                         const RuleSet& decided, const World& world, const Settings& settings) {
    const auto kind = static_cast<std::uint64_t>(operation.kind);
    const std::uint64_t answer = mix(kind, answer_class(observed));
    const std::uint64_t where = world_class(world, settings).low;
    if (reached_ != nullptr) {
        auto& word = reached_->classes[where % Reached::kBits / 64];
        const std::uint64_t bit = std::uint64_t{1} << where % 64;
        if ((word.load(std::memory_order_relaxed) & bit) == 0) {
            word.fetch_or(bit, std::memory_order_relaxed);
        }
    }
    decided.for_each([&](Rule rule) {
        const auto number = static_cast<std::uint64_t>(rule);
        set(kAnswers, mix(number, answer));
        set(kClasses, mix(number, where));
        previous_.for_each(
            [&](Rule before) { set(kPairs, mix(number, static_cast<std::uint64_t>(before))); });
        note_rule_in_reached(rule);
    });
    previous_ = decided;
}

void Feedback::note_answer(const Operation& operation, const Observation& observed) {
    const std::uint64_t answer =
        mix(static_cast<std::uint64_t>(operation.kind), answer_class(observed));
    set(kAnswers, answer);
    set(kPairs, mix(answers_ & 0xffff, answer));
    set(kClasses, mix(answers_, answer));
    answers_ = (answers_ << 16) | (answer & 0xffff);
}

void Feedback::note_rules(const RuleSet& decided) {
    decided.for_each([&](Rule rule) {
        const auto number = static_cast<std::uint64_t>(rule);
        set(kAnswers, mix(number, 0));
        decided.for_each(
            [&](Rule other) { set(kPairs, mix(number, static_cast<std::uint64_t>(other))); });
        note_rule_in_reached(rule);
    });
}

}  // namespace epollcheck
