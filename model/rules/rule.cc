// The table of rules and the look-ups in it. See rule.h.

#include "model/rules/rule.h"

#include <algorithm>

namespace epollcheck {

namespace {

constexpr RuleInfo kTable[] = {
    {"", Tier::kExact, "", ""},  // kNone
#include "model/rules/rule_table.inc"
};
static_assert(std::size(kTable) == kRules + 1, "the tables of rules come from one run");

}  // namespace

const RuleInfo& rule_info(Rule rule) { return kTable[static_cast<std::size_t>(rule)]; }

std::span<const RuleInfo> all_rules() { return std::span(kTable).subspan(1); }

std::optional<Rule> rule_named(std::string_view id) {
    const std::span<const RuleInfo> rules = all_rules();
    const auto found = std::ranges::find(rules, id, &RuleInfo::id);
    if (found == rules.end()) {
        return std::nullopt;
    }
    return static_cast<Rule>(found - rules.begin() + 1);
}

}  // namespace epollcheck
