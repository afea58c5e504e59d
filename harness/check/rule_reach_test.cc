// Tests of rule reach: each rule is exercised, missed, or out of reach for a reason.

#include "harness/check/rule_reach.h"

#include "harness/check/check_test_support.h"

namespace epollcheck {
namespace {

TEST_CASE("a rule that nothing exercised is missed unless it is out of reach", "[rule_reach]") {
    const RuleReach reach = rule_reach({});
    CHECK(reach.exercised.empty());
    CHECK(reach.missed.contains(Rule::kC15));
    CHECK(reach.beyond.contains(Rule::kF21));
    CHECK(reach.mistaken.empty());
    CHECK(reach.missed.count() + reach.beyond.count() == kRules);
    CHECK(reach.reachable() == reach.missed.count());
}

TEST_CASE("a rule that is listed as out of reach may not be exercised", "[rule_reach]") {
    RuleSet exercised;
    exercised.add(Rule::kC15);
    exercised.add(Rule::kF21);
    const RuleReach reach = rule_reach(exercised);
    CHECK_FALSE(reach.missed.contains(Rule::kC15));
    CHECK_FALSE(reach.mistaken.contains(Rule::kC15));
    CHECK(reach.mistaken.contains(Rule::kF21));
}

TEST_CASE("what out of reach means differs from kernel to kernel", "[rule_reach]") {
    CHECK_FALSE(reason_out_of_reach(Rule::kD10).empty());
    RuleSet exercised;
    exercised.add(Rule::kD10);  // on a kernel that it is about
    CHECK(rule_reach(exercised).mistaken.empty());
}

TEST_CASE("the model tells what a program exercises", "[rule_reach]") {
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    const Program program = program_of(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ONESHOT, 1})
epoll_wait(ep, 16, 0)
)");
    const RuleSet exercised = exercised_by_model(program, judge);
    CHECK(exercised.contains(Rule::kC23));
    CHECK(exercised.contains(Rule::kB10));
    CHECK_FALSE(exercised.contains(Rule::kC13));
}

}  // namespace
}  // namespace epollcheck
