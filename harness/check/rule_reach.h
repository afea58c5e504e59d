// Rule reach: which rules a program of this vocabulary cannot exercise, and why.
//
// A rule is exercised if it decided an answer of a run. The others are either promises that no case
// reached, which is a hole in the suite, or beyond what a program can do here. The second are
// listed with their reason, so that `rules --coverage` is an honest number. A listed rule that is
// exercised all the same is an error of the list.

#pragma once

#include <span>
#include <string_view>

#include "harness/check/judge.h"
#include "model/rules/rule.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// Rules from `first` to `last` (ids, in the order of the rules files) with one reason.
struct OutOfReach {
    std::string_view first;
    std::string_view last;
    std::string_view reason;
};

/// The list.
std::span<const OutOfReach> rules_out_of_reach();

/// Why no program exercises `rule`, or "" if one can. A rule about older releases alone is out of
/// reach unless the kernel is one of them.
std::string_view reason_out_of_reach(Rule rule);

/// Which rules a run exercised.
struct RuleReach {
    RuleSet exercised;
    RuleSet missed;    // within reach, and not exercised
    RuleSet beyond;    // out of reach
    RuleSet mistaken;  // listed as out of reach, and exercised

    [[nodiscard]] int reachable() const { return exercised.count() + missed.count(); }
};
RuleReach rule_reach(const RuleSet& exercised);

/// The rules that decide the answers of the model itself to `program`: what it exercises wherever
/// it runs.
RuleSet exercised_by_model(const Program& program, Judge& judge);

}  // namespace epollcheck
