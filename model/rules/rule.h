// Rules: the numbered sentences that say what epoll does, and sets of them.
//
// The sentences are data for people, in the *.rules files beside this header; cmake/embed_rules.py
// turns them into the enumeration and the tables below. Every branch of the model that decides
// something names its rule, so that a verdict can say which sentence an answer broke and a run
// which sentences it touched. Adding a rule is writing it down in a *.rules file.

#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/rules/version_difference.h"  // IWYU pragma: export
#include "model/vocabulary/tier.h"

namespace epollcheck {

/// A rule, in the order of the *.rules files: kA1 is R-A1, kC13a is R-C13a.
enum class Rule : std::uint16_t {
    kNone = 0,
#define EPOLLCHECK_RULE(name, id) k##name,
#include "model/rules/rule_ids.inc"
#undef EPOLLCHECK_RULE
};

namespace rule_detail {
/// Tiers by the number of the rule. kNone has the strictest one: no rule promises nothing.
inline constexpr Tier kTiersOfRules[] = {
    Tier::kExact,
#include "model/rules/rule_tiers.inc"
};
}  // namespace rule_detail

/// How many rules there are, without kNone: the number of the last one.
inline constexpr int kRules = static_cast<int>(std::size(rule_detail::kTiersOfRules)) - 1;

/// What a *.rules file says about one rule.
struct RuleInfo {
    std::string_view id;        // "R-C13a"
    Tier tier;                  // the loosest tier that promises its core
    std::string_view versions;  // releases it is about, "5.14.." or "..5.4"; empty: all
    std::string_view text;      // its sentences, on one line
};

/// The entry of `rule`; the one of kNone has an empty id and text.
const RuleInfo& rule_info(Rule rule);

/// The rule called `id` ("R-C13a"), or nothing.
std::optional<Rule> rule_named(std::string_view id);

/// All rules in order; element i is the entry of Rule(i + 1).
std::span<const RuleInfo> all_rules();

/// The tier of `rule`, without a look at the text table: cheap enough for every step of the model.
constexpr Tier rule_tier(Rule rule) {
    return rule_detail::kTiersOfRules[static_cast<std::size_t>(rule)];
}

/// A set of rules as a fixed bit set. Small and trivially copyable, so that verdicts and coverage
/// can carry one by value. kNone is never a member: adding it changes nothing.
class RuleSet {
public:
    constexpr RuleSet() = default;

    /// Makes `rule` a member.
    constexpr void add(Rule rule) {
        if (rule != Rule::kNone) {
            words_[word_of(rule)] |= bit_of(rule);
        }
    }

    /// True if `rule` is a member.
    [[nodiscard]] constexpr bool contains(Rule rule) const {
        return (words_[word_of(rule)] & bit_of(rule)) != 0;
    }

    /// Makes all members of `other` members.
    constexpr void merge(const RuleSet& other) {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            words_[word] |= other.words_[word];
        }
    }

    /// The number of members.
    [[nodiscard]] constexpr int count() const {
        int members = 0;
        for (const std::uint64_t word : words_) {
            members += std::popcount(word);
        }
        return members;
    }

    /// True if there is no member.
    [[nodiscard]] constexpr bool empty() const { return *this == RuleSet(); }

    /// Calls `visit(Rule)` for every member, in the order of Rule.
    template <typename Visit>
    constexpr void for_each(Visit&& visit) const {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            for (std::uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
                visit(static_cast<Rule>(word * kWordBits + std::countr_zero(rest)));
            }
        }
    }

    friend constexpr bool operator==(const RuleSet&, const RuleSet&) = default;

private:
    static constexpr std::size_t kWordBits = 64;

    static constexpr std::size_t word_of(Rule rule) {
        return static_cast<std::size_t>(rule) / kWordBits;
    }
    static constexpr std::uint64_t bit_of(Rule rule) {
        return std::uint64_t{1} << (static_cast<std::size_t>(rule) % kWordBits);
    }

    std::array<std::uint64_t, kRules / kWordBits + 1> words_{};
};

}  // namespace epollcheck
