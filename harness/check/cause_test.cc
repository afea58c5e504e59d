// Every class of difference, the nearest of several allowed answers, and causes back from text.

#include "harness/check/cause.h"

#include "harness/check/check_test_support.h"
#include "harness/check/defective_model.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

/// An answer of a wait.
struct Events {
    std::vector<Event> events;
    [[nodiscard]] Observation answer() const {
        return {Result::of_events(static_cast<int>(events.size())), events};
    }
};

std::string class_of(OperationKind kind, const Observation& observed,
                     std::vector<Observation> allowed) {
    Operation operation;
    operation.kind = kind;
    return difference_of(operation, observed, allowed).text();
}

std::string class_of_events(const Events& observed, const Events& allowed) {
    return class_of(OperationKind::kEpollWait, observed.answer(), {allowed.answer()});
}

TEST_CASE("events differ by what is missing, surplus, disordered or has other bits", "[cause]") {
    const Events none;
    const Events one{{{event::kIn, 1}}};
    const Events both{{{event::kIn, 1}, {event::kIn, 2}}};
    const Events turned{{{event::kIn, 2}, {event::kIn, 1}}};
    const Events other_bits{{{event::kOut, 1}}};
    const Events twice{{{event::kIn, 1}, {event::kIn, 1}}};
    const Events another{{{event::kIn, 3}}};
    CHECK(class_of_events(none, one) == "missing-event");
    CHECK(class_of_events(one, both) == "missing-event");
    CHECK(class_of_events(one, none) == "surplus-event");
    CHECK(class_of_events(twice, one) == "surplus-event");
    CHECK(class_of_events(another, one) == "missing-event");
    CHECK(class_of_events(turned, both) == "wrong-order");
    CHECK(class_of_events(other_bits, one) == "wrong-bits");
}

TEST_CASE("errors, values and waiting have classes of their own", "[cause]") {
    const auto wait = OperationKind::kEpollWait;
    const Observation bad{Result::of_error(error::kEBADF), {}};
    const Observation invalid{Result::of_error(error::kEINVAL), {}};
    const Observation zero{Result::of_value(0), {}};
    const Observation eight{Result::of_value(8), {}};
    const Observation blocked{Result::blocked(), {}};
    const Observation nothing{Result::of_events(0), {}};
    CHECK(class_of(wait, invalid, {bad}) == "wrong-errno (EINVAL instead of EBADF)");
    CHECK(class_of(OperationKind::kEpollCtl, zero, {bad}) == "succeeded (instead of EBADF)");
    CHECK(class_of(OperationKind::kEpollCtl, bad, {zero}) == "failed (with EBADF)");
    CHECK(class_of(OperationKind::kWrite, eight, {zero}) == "wrong-value");
    CHECK(class_of(OperationKind::kPoll, eight, {zero}) == "wrong-bits");
    CHECK(class_of(wait, blocked, {nothing}) == "blocked");
    CHECK(class_of(wait, nothing, {blocked}) == "did-not-block");
    CHECK(class_of(OperationKind::kWrite, eight, {}) == "wrong-value");
}

TEST_CASE("of several allowed answers the nearest one counts", "[cause]") {
    const Events due{{{event::kIn, 1}, {event::kIn, 2}}};
    const Events other_bits{{{event::kIn, 1}, {event::kOut, 2}}};
    const Events none;
    const Observation invalid{Result::of_error(error::kEINVAL), {}};
    CHECK(class_of(OperationKind::kEpollWait, other_bits.answer(),
                   {invalid, none.answer(), due.answer()}) == "wrong-bits");
}

TEST_CASE("names of classes are found again, with blanks for hyphens, too", "[cause]") {
    for (int i = 0; i < kObservedClasses; ++i) {
        const auto observed = static_cast<ObservedClass>(i);
        CHECK(observed_class_named(observed_class_name(observed)) == observed);
    }
    CHECK(observed_class_named("did not block") == ObservedClass::kDidNotBlock);
    CHECK_FALSE(observed_class_named("missing"));
    CHECK_FALSE(observed_class_named(""));
}

TEST_CASE("a cause comes apart again", "[cause]") {
    const CauseParts parts = cause_parts("R-B24 epoll_wait wrong-errno (EINVAL instead of EBADF)");
    CHECK(parts.rule == "R-B24");
    CHECK(parts.operation == "epoll_wait");
    CHECK(parts.observed == "wrong-errno (EINVAL instead of EBADF)");
    CHECK(parts.observed_class() == "wrong-errno");
    CHECK(cause_text("", "", {ObservedClass::kCrashed, ""}) == "- - crashed");
    CHECK(cause_parts("- - crashed").observed == "crashed");
    CHECK(cause_parts("").rule.empty());
}

TEST_CASE("the cause of a deviation names its first rule and its operation", "[cause]") {
    const Calibration calibration;
    Judge judge(newest_profile(), calibration);
    const Program program = program_of(
        "epoll_create1(0) = ep\neventfd(1, EFD_NONBLOCK) = e\n"
        "epoll_ctl(ep, ADD, e, {IN|ET, 7})\nepoll_wait(ep, 16, 0)\nepoll_wait(ep, 16, 0)\n");
    const Trace trace = defective_trace(program.operations, Defect::kEdgeIsLevel, judge);
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    REQUIRE_FALSE(judgement.deviations.empty());
    CHECK(cause_of(program.operations, trace, judgement.deviations.front()) ==
          "R-C15 epoll_wait surplus-event");
}

}  // namespace
}  // namespace epollcheck
