// Rule reach. See rule_reach.h.

#include "harness/check/rule_reach.h"

namespace epollcheck {

namespace {

constexpr std::string_view kThreads = "needs several threads";
constexpr std::string_view kSignals = "needs signals";
constexpr std::string_view kDefinition = "names parts of the state; other rules decide";
constexpr std::string_view kAccount = "needs a user account of its own";
constexpr std::string_view kNoOperation = "no such operation in the vocabulary";
constexpr std::string_view kOtherRelease = "is about older releases";

constexpr OutOfReach kList[] = {
    {"R-A2", "R-A2", kDefinition},
    {"R-A4", "R-A4", kDefinition},
    {"R-A13", "R-A13", kThreads},
    {"R-A16", "R-A16", kThreads},
    {"R-A20", "R-A20", "is about tests"},
    {"R-B9a", "R-B9a", kAccount},
    {"R-B11", "R-B12", kThreads},
    {"R-B29", "R-B29", "an answer does not show the rest of the buffer"},
    {"R-B41", "R-B41", kThreads},
    {"R-C12", "R-C12", kSignals},
    {"R-C14", "R-C14", kThreads},
    {"R-C25", "R-C26", kThreads},
    {"R-C30", "R-C30", kThreads},
    {"R-C32", "R-C32", kThreads},
    {"R-C37", "R-C37", kThreads},
    {"R-C38", "R-C38", kThreads},
    {"R-D14", "R-D14", kThreads},
    {"R-D68", "R-D68", "a bad checksum needs a packet that is not made by the kernel"},
    {"R-D83", "R-D83", "says what the other rules of its section are worth"},
    {"R-E5", "R-E5", "no answer shows how late a call returns"},
    {"R-E13", "R-E21", kThreads},
    {"R-F1", "R-F13", kThreads},
    {"R-F15", "R-F25", kThreads},
};

constexpr bool is_about_older_releases(const RuleInfo& rule) {
    return !rule.versions.empty() && !rule.versions.ends_with("..");
}

}  // namespace

std::span<const OutOfReach> rules_out_of_reach() { return kList; }

std::string_view reason_out_of_reach(Rule rule) {
    for (const OutOfReach& entry : kList) {
        if (rule >= rule_named(entry.first) && rule <= rule_named(entry.last)) {
            return entry.reason;
        }
    }
    return is_about_older_releases(rule_info(rule)) ? kOtherRelease : std::string_view();
}

RuleReach rule_reach(const RuleSet& exercised) {
    RuleReach reach;
    reach.exercised = exercised;
    for (int i = 1; i <= kRules; ++i) {
        const auto rule = static_cast<Rule>(i);
        const std::string_view reason = reason_out_of_reach(rule);
        if (!exercised.contains(rule)) {
            (reason.empty() ? reach.missed : reach.beyond).add(rule);
        } else if (!reason.empty() && reason != kOtherRelease) {
            reach.mistaken.add(rule);
        }
    }
    return reach;
}

RuleSet exercised_by_model(const Program& program, Judge& judge) {
    judge.conforms(program.operations, judge.predict(program.operations));
    return judge.exercised();
}

}  // namespace epollcheck
