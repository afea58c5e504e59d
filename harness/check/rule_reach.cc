// Rule reach. See rule_reach.h.

#include "harness/check/rule_reach.h"

namespace epollcheck {

namespace {

constexpr std::string_view kDefinition = "names parts of the state; other rules decide";
constexpr std::string_view kAccount = "needs a user account of its own";
constexpr std::string_view kOtherRelease = "is about older releases";
constexpr std::string_view kMoments = "no case hits that moment for certain; races do (stress)";
constexpr std::string_view kOtherOrder = "what a case shows can be explained by another order, too";
constexpr std::string_view kBlockedTransfers =
    "is about reads and writes that wait at the same time, which the model takes as they come";

constexpr OutOfReach kList[] = {
    {"R-A2", "R-A2", kDefinition},
    {"R-A4", "R-A4", kDefinition},
    {"R-A13", "R-A13", kBlockedTransfers},
    {"R-A20", "R-A20", "is about tests"},
    {"R-B9a", "R-B9a", kAccount},
    {"R-B11", "R-B11", "nothing can be done in the middle of an ADD"},
    {"R-B29", "R-B29", "an answer does not show the rest of the buffer"},
    {"R-B41", "R-B41", kMoments},
    {"R-C12", "R-C12", "a thread that is killed answers nothing"},
    {"R-C14", "R-C14", "says what may have become of a report since"},
    {"R-C26", "R-C26", kOtherOrder},
    {"R-C37", "R-C37", "other rules decide (R-D69 to R-D72)"},
    {"R-D14", "R-D14", kBlockedTransfers},
    {"R-D68", "R-D68", "a bad checksum needs a packet that is not made by the kernel"},
    {"R-D83", "R-D83", "says what the other rules of its section are worth"},
    {"R-E5", "R-E5", "no answer shows how late a call returns"},
    {"R-E17", "R-E17", "what queued the rest has woken a thread for it before"},
    {"R-E21", "R-E21", "says what nothing promises"},
    {"R-F4", "R-F4", kOtherOrder},
    {"R-F7", "R-F7", kMoments},
    {"R-F10", "R-F10", kMoments},
    {"R-F21", "R-F21", "says what nothing promises"},
    {"R-F24", "R-F24", "has no effect that an answer shows"},
    {"R-F25", "R-F25", kMoments},
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
        } else if (!reason.empty() && reason != kOtherRelease && reason != kMoments &&
                   reason != kOtherOrder) {
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
