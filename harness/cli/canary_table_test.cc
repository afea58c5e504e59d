// Tests of the table of canaries: it can be read again, and tells what became worse.

#include "harness/cli/canary_table.h"

#include <catch2/catch.hpp>

namespace epollcheck {

namespace {

const CanaryResult kSoon{"D-01", "EdgeIsLevel", true, 66, 0.1, "R-C15 epoll_wait surplus-event"};
const CanaryResult kNever{"D-02", "LevelIsEdge", false, 4711, 10};
const CanaryResult kRace{.id = "T-01",
                         .name = "edge-twice",
                         .found = true,
                         .programs = 50,
                         .seconds = 0.5,
                         .cause = "R-F15 epoll_wait surplus-event",
                         .is_random = true};

}  // namespace

TEST_CASE("a table of canaries can be read again") {
    const auto rows = read_canary_table(canary_heading() + canary_row(kSoon) + canary_row(kNever) +
                                        canary_row(kRace) + "3 of 4 defects found\n");
    CHECK(rows == std::map<std::string, std::uint64_t>{
                      {"EdgeIsLevel", 66}, {"LevelIsEdge", 0}, {"edge-twice", 50}});
}

TEST_CASE("a canary is worse if it takes ten times as long, or is not found any more") {
    const std::map<std::string, std::uint64_t> earlier{
        {"EdgeIsLevel", 66}, {"LevelIsEdge", 0}, {"edge-twice", 50}};
    const auto worse = [&](CanaryResult result, bool found, std::uint64_t programs) {
        result.found = found;
        result.programs = programs;
        return !worse_canaries(std::span(&result, 1), earlier).empty();
    };
    CHECK_FALSE(worse(kSoon, true, 1'500));
    CHECK(worse(kSoon, true, 2'000));
    CHECK(worse(kSoon, false, 10));
    CHECK_FALSE(worse(kNever, false, 1'000'000));  // nor was it found before
    CHECK_FALSE(worse(kRace, true, 1'000'000));    // which is chance
    CHECK(worse(kRace, false, 10));
    CanaryResult fresh = kSoon;
    fresh.name = "AnotherOne";
    CHECK_FALSE(worse(fresh, false, 10));
}

}  // namespace epollcheck
