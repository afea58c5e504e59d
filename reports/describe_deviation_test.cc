// A deviation becomes a record with what every tier says. The trace is made up: no kernel is asked.

#include "reports/describe_deviation.h"

#include <catch2/catch.hpp>

#include "harness/program/parser.h"

namespace epollcheck {
namespace {

Program program_of(const char* text) {
    auto parsed = parse_program(text, "test");
    if (const auto* error = std::get_if<ParseError>(&parsed)) {
        FAIL(error->text());
    }
    return std::get<Program>(parsed);
}

/// The answers of the model, but events in another order in the last one.
Trace with_last_answer(const Trace& predicted, const std::vector<Event>& events) {
    Trace trace;
    for (std::size_t i = 0; i + 1 < predicted.size(); ++i) {
        trace.append(predicted[i].result, predicted[i].events);
    }
    trace.append(Result::of_events(static_cast<int>(events.size())), events);
    return trace;
}

constexpr const char* kTwoReady = R"(epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
epoll_ctl(ep, ADD, a, {IN, 1})
epoll_ctl(ep, ADD, b, {IN, 2})
epoll_wait(ep, 16, 0)
)";

TEST_CASE("a deviation of the looser tiers is described for all", "[reports]") {
    const Program program = program_of(kTwoReady);
    const Calibration calibration;
    Judge judge(named_profiles().back(), calibration);
    const Trace trace = with_last_answer(judge.predict(program.operations), {});
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    REQUIRE(judgement.verdict == Verdict::kDeviates);
    const DeviationRecord record =
        describe_deviation(program, trace, judgement, judge, Tier::kExact);
    CHECK(record.tier == Tier::kContract);
    CHECK(record.step == 6);
    CHECK(record.operation == "epoll_wait(ep, 16, 0)");
    CHECK(record.observed == "[]");
    CHECK_FALSE(record.rules.empty());
    REQUIRE(record.findings.size() == 3);
    CHECK(record.findings[0].allowed == std::vector<std::string>{"[1:IN, 2:IN]", "[2:IN, 1:IN]"});
    CHECK(record.findings[2].allowed == std::vector<std::string>{"[1:IN, 2:IN]"});
    for (const TierFinding& finding : record.findings) {
        CHECK_FALSE(finding.permits);
        CHECK_FALSE(finding.rules.empty());
    }
}

TEST_CASE("a tier that permits the answer says what it allows", "[reports]") {
    const Program program = program_of(kTwoReady);
    const Calibration calibration;
    Judge judge(named_profiles().back(), calibration);
    const Trace trace =
        with_last_answer(judge.predict(program.operations), {{event::kIn, 2}, {event::kIn, 1}});
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    REQUIRE(judgement.verdict == Verdict::kDeviates);
    const DeviationRecord record =
        describe_deviation(program, trace, judgement, judge, Tier::kExact);
    CHECK(record.tier == Tier::kLinux);
    REQUIRE(record.findings.size() == 3);
    CHECK(record.findings[0].permits);
    CHECK(record.findings[0].step == 6);
    CHECK(record.findings[0].observed == "[2:IN, 1:IN]");
    CHECK(record.findings[0].allowed.size() == 2);
    CHECK(record.findings[0].rules.empty());
    CHECK_FALSE(record.findings[1].permits);
    CHECK_FALSE(record.findings[2].permits);
}

}  // namespace
}  // namespace epollcheck
