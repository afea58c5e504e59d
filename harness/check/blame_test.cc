// Tests of blame: a deviation names the rules of what should have been answered, and for a wait
// those that queued a missing item or took a surplus one away.

#include "harness/check/blame.h"

#include "harness/check/check_test_support.h"

namespace epollcheck {
namespace {

/// The rules that tier exact blames for the last written answer of a program.
RuleSet blamed(std::string_view text) {
    const Program program = program_of(text);
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    const Trace trace = written_trace(program, judge);
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    REQUIRE_FALSE(judgement.deviations.empty());
    const Deviation& deviation = judgement.deviations.back();
    CHECK(deviation.tier == Tier::kExact);
    CHECK(deviation.step == program.operations.size() - 1);
    return deviation.rules;
}

TEST_CASE("a missing event is blamed on what queued the item", "[blame]") {
    const RuleSet rules = blamed(R"(
epoll_create1(0) = ep
pipe2([r, w], O_NONBLOCK) = 0
epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0
write(w, 1) = 1
epoll_wait(ep, 16, 0) = []
)");
    CHECK(rules.contains(Rule::kD5));
    CHECK_FALSE(rules.contains(Rule::kC23));
}

TEST_CASE("a surplus event is blamed on what took the item out", "[blame]") {
    const RuleSet oneshot = blamed(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ONESHOT, 1}) = 0
epoll_wait(ep, 16, 0) = [1:IN]
epoll_wait(ep, 16, 0) = [1:IN]
)");
    CHECK(oneshot.contains(Rule::kC23));
    const RuleSet edge = blamed(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ET, 1}) = 0
epoll_wait(ep, 16, 0) = [1:IN]
epoll_wait(ep, 16, 0) = [1:IN]
)");
    CHECK(edge.contains(Rule::kC15));
    CHECK_FALSE(edge.contains(Rule::kC23));
}

TEST_CASE("an item about which both answers agree is not blamed", "[blame]") {
    const RuleSet rules = blamed(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
pipe2([r, w], O_NONBLOCK) = 0
epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0
epoll_ctl(ep, ADD, e, {IN|ET, 2}) = 0
write(w, 1) = 1
epoll_wait(ep, 16, 0) = [1:IN]
)");
    CHECK(rules.contains(Rule::kB10));  // queued the eventfd
    CHECK_FALSE(rules.contains(Rule::kD5));
}

TEST_CASE("a wrong errno is blamed on the check that comes first", "[blame]") {
    CHECK(blamed("epoll_create1(0) = ep\nepoll_ctl(ep, ADD, ep, {IN, 1}) = ELOOP\n")
              .contains(Rule::kA21));
    CHECK(blamed("epoll_wait(-1, 0, 0) = EINVAL\n").contains(Rule::kB23));
}

TEST_CASE("without an allowed answer there is nothing to blame", "[blame]") {
    const Observation seen{Result::of_events(0), {}};
    CHECK(blamed_rules({}, Operation{}, seen, {}).empty());
}

TEST_CASE("rules that hold for every call are named only if no other is", "[blame]") {
    RuleSet decided;
    decided.add(Rule::kC1);
    CHECK(telling_rules(decided) == decided);
    decided.add(Rule::kC15);
    const RuleSet telling = telling_rules(decided);
    CHECK(telling.count() == 1);
    CHECK(telling.contains(Rule::kC15));
}

}  // namespace
}  // namespace epollcheck
