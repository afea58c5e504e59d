// Explanations and the text of worlds. The traces are those of the model, or made up from them.

#include "harness/check/explanation.h"

#include <catch2/catch.hpp>

#include "harness/check/world_text.h"
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

constexpr const char* kThreeItems = R"(epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(0, EFD_NONBLOCK) = b
eventfd(1, EFD_NONBLOCK) = c
epoll_ctl(ep, ADD, a, {IN, 1})
epoll_ctl(ep, ADD, b, {IN|ET, 2})
epoll_ctl(ep, ADD, c, {OUT|ONESHOT, 3})
epoll_wait(ep, 16, 0)
)";

struct Fixture {
    explicit Fixture(const char* text)
        : program(program_of(text)),
          judge(named_profiles().back(), calibration),
          trace(judge.predict(program.operations)) {}

    Calibration calibration;
    Program program;
    Judge judge;
    Trace trace;
};

TEST_CASE("every step is explained at every tier", "[check]") {
    Fixture fixture(kThreeItems);
    Explanation explanation(fixture.program, fixture.trace, fixture.judge, Tier::kExact);
    std::size_t steps = 0;
    StepView last;
    while (explanation.has_next()) {
        last = explanation.next();
        CHECK(last.step == steps++);
        CHECK(last.answered);
        REQUIRE(last.tiers.size() == 3);
        for (const TierView& view : last.tiers) {
            CHECK(view.permits);
            CHECK_FALSE(view.allowed.empty());
        }
    }
    CHECK(steps == fixture.program.operations.size());
    CHECK(last.tiers[0].allowed.size() == 2);  // the contract promises no order
    CHECK(last.tiers[2].allowed.size() == 1);
    CHECK(last.rules.contains(Rule::kC23));
}

TEST_CASE("a tier that forbids an answer follows no further, the others do", "[check]") {
    Fixture fixture(kThreeItems);
    Trace swapped;
    for (std::size_t i = 0; i + 1 < fixture.trace.size(); ++i) {
        swapped.append(fixture.trace[i].result, fixture.trace[i].events);
    }
    const std::vector<Event> events = {{event::kOut, 3}, {event::kIn, 1}};
    swapped.append(Result::of_events(2), events);
    Explanation explanation(fixture.program, swapped, fixture.judge, Tier::kExact);
    StepView last;
    while (explanation.has_next()) {
        last = explanation.next();
    }
    CHECK(last.tiers[0].permits);
    CHECK_FALSE(last.tiers[2].permits);
    CHECK(explanation.world() == nullptr);
    CHECK_FALSE(explanation.has_next());
}

TEST_CASE("the step after the trace says why the model gives up", "[check]") {
    Fixture fixture("pipe2([r, w], O_NONBLOCK)\nfcntl(w, F_SETPIPE_SZ, 1048576)\nread(r, 1)\n");
    REQUIRE(fixture.trace.size() == 1);
    Explanation explanation(fixture.program, fixture.trace, fixture.judge, Tier::kExact);
    explanation.next();
    REQUIRE(explanation.has_next());
    const StepView step = explanation.next();
    CHECK_FALSE(step.answered);
    CHECK_FALSE(step.tiers[2].gave_up.empty());
    CHECK_FALSE(explanation.has_next());
}

std::string final_world(const char* text) {
    Fixture fixture(text);
    Explanation explanation(fixture.program, fixture.trace, fixture.judge, Tier::kExact);
    while (explanation.has_next()) {
        explanation.next();
    }
    REQUIRE(explanation.world() != nullptr);
    return world_text(*explanation.world(), explanation.settings(), fixture.program, "> ");
}

TEST_CASE("the lists are shown in order, with the masks of files", "[check]") {
    CHECK(final_world(kThreeItems) ==
          "> ep watches:\n"
          ">   ready 1     a  {IN, 1}       is IN|OUT, queued by R-A9\n"
          ">   not queued  b  {IN|ET, 2}    is OUT\n"
          ">   not queued  c  {ONESHOT, 3}  is IN|OUT, disabled by its ONESHOT, taken out by "
          "R-C23\n");
}

TEST_CASE("instances without items, nested ones and nameless files are shown", "[check]") {
    CHECK(final_world("epoll_create1(0) = ep\n") == "> ep watches nothing\n");
    CHECK(final_world("eventfd(0, 0) = e\n").empty());
    const std::string nested = final_world(R"(epoll_create1(0) = outer
epoll_create1(0) = inner
eventfd(1, EFD_NONBLOCK) = e
dup(e)
epoll_ctl(inner, ADD, e, {IN, 7})
epoll_ctl(outer, ADD, inner, {IN, 8})
close(e)
)");
    CHECK(nested ==
          "> outer watches:\n"
          ">   ready 1     inner  {IN, 8}  is IN|RDNORM, queued by R-B10\n"
          "> inner watches:\n"
          ">   ready 1     descriptor 3  {IN, 7}  is IN|OUT, queued by R-B10\n");
}

TEST_CASE("looking at a world does not change it", "[check]") {
    Fixture fixture(R"(epoll_create1(0) = outer
epoll_create1(0) = inner
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(inner, ADD, e, {IN, 7})
epoll_ctl(outer, ADD, inner, {IN, 8})
read(e, u64)
)");
    Explanation explanation(fixture.program, fixture.trace, fixture.judge, Tier::kExact);
    while (explanation.has_next()) {
        explanation.next();
    }
    REQUIRE(explanation.world() != nullptr);
    const World before = *explanation.world();
    // The inner list still holds an item that is not ready; a poll of it would take it out.
    const std::string text =
        world_text(*explanation.world(), explanation.settings(), fixture.program, "");
    CHECK(text.find("ready 1     e") != std::string::npos);
    CHECK(*explanation.world() == before);
}

}  // namespace
}  // namespace epollcheck
