// Blame. See blame.h.

#include "harness/check/blame.h"

#include <algorithm>

namespace epollcheck {

namespace {

/// How ADD and MOD are stored and checked, how wakes walk, and how any harvest goes.
constexpr Rule kGeneral[] = {Rule::kA11, Rule::kA14, Rule::kA24, Rule::kA25, Rule::kB2,
                             Rule::kB9b, Rule::kB27, Rule::kC1,  Rule::kC2,  Rule::kC3,
                             Rule::kC9,  Rule::kC16, Rule::kC34};

bool is_wait(OperationKind kind) {
    return kind == OperationKind::kEpollWait || kind == OperationKind::kEpollPwait ||
           kind == OperationKind::kEpollPwait2;
}

bool reports(std::span<const Event> events, std::uint64_t data) {
    return std::any_of(events.begin(), events.end(),
                       [&](const Event& event) { return event.data == data; });
}

/// Why the items that the two answers disagree about are in the ready list, or are not.
void blame_items(const World& world, const Observation& observed, const AllowedAnswer& allowed,
                 RuleSet& rules) {
    for_each_member(world.used_items, [&](int i) {
        const Item& item = world.items[i];
        if (reports(observed.events, item.data) != reports(allowed.events, item.data)) {
            rules.add(item.cause);
        }
    });
}

}  // namespace

RuleSet telling_rules(const RuleSet& decided) {
    RuleSet telling;
    decided.for_each([&](Rule rule) {
        if (std::ranges::find(kGeneral, rule) == std::end(kGeneral)) {
            telling.add(rule);
        }
    });
    return telling.empty() ? decided : telling;
}

RuleSet blamed_rules(std::span<const World> worlds, const Operation& operation,
                     const Observation& observed, const std::vector<AllowedAnswer>& allowed) {
    RuleSet rules;
    for (const AllowedAnswer& answer : allowed) {
        rules.merge(answer.decided);
    }
    if (is_wait(operation.kind) && !worlds.empty() && !allowed.empty()) {
        blame_items(worlds.front(), observed, allowed.front(), rules);
    }
    return telling_rules(rules);
}

}  // namespace epollcheck
