// Answers and traces.

#include "model/vocabulary/result.h"

#include <array>
#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

constexpr std::array kTwo = {Event{event::kIn, 1}, Event{event::kOut, 2}};
constexpr std::array kTwoSwapped = {Event{event::kOut, 2}, Event{event::kIn, 1}};

}  // namespace

TEST_CASE("same_answer: kind, value, slots, events and their order all count") {
    CHECK(same_answer({Result::of_value(3), {}}, {Result::of_value(3), {}}));
    CHECK_FALSE(same_answer({Result::of_value(3), {}}, {Result::of_value(4), {}}));
    CHECK_FALSE(same_answer({Result::of_value(3), {}}, {Result::of_error(3), {}}));
    CHECK_FALSE(same_answer({Result::of_value(0), {}}, {Result::of_payload(0), {}}));
    CHECK_FALSE(same_answer({Result::of_descriptor(1, 2), {}}, {Result::of_descriptor(1, 3), {}}));
    CHECK(same_answer({Result::of_events(2), kTwo}, {Result::of_events(2), kTwo}));
    CHECK_FALSE(same_answer({Result::of_events(2), kTwo}, {Result::of_events(2), kTwoSwapped}));
    CHECK_FALSE(same_answer({Result::of_events(0), {}}, {Result::of_events(2), kTwo}));
    CHECK(same_answer({Result::blocked(), {}}, {Result::blocked(), {}}));
    CHECK_FALSE(same_answer({Result::blocked(), {}}, {Result{}, {}}));
}

TEST_CASE("Trace: gives back what was appended, events with their results") {
    Trace trace;
    trace.append(Result::of_value(0), {});
    trace.append(Result::of_events(2), kTwo);
    trace.append(Result::of_error(11), {});
    trace.append(Result::of_events(2), kTwoSwapped);
    REQUIRE(trace.size() == 4);
    CHECK(same_answer(trace[0], {Result::of_value(0), {}}));
    CHECK(same_answer(trace[1], {Result::of_events(2), kTwo}));
    CHECK(same_answer(trace[2], {Result::of_error(11), {}}));
    CHECK(same_answer(trace[3], {Result::of_events(2), kTwoSwapped}));

    Trace other = trace;
    CHECK(other == trace);
    other.clear();
    CHECK(other.size() == 0);
    CHECK_FALSE(other == trace);
    CHECK(other == Trace{});
}

TEST_CASE("Trace: the appended events decide the count") {
    Trace trace;
    trace.append(Result::of_events(0), kTwo);
    CHECK(trace[0].result.event_count == 2);
}

}  // namespace epollcheck
