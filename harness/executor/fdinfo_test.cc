// Parsing of interest lists, with text as the kernel prints it.

#include "harness/executor/fdinfo.h"

#include <catch2/catch.hpp>
#include <vector>

namespace epollcheck {
namespace {

constexpr const char* kTwoItems =
    "pos:\t0\nflags:\t02\nmnt_id:\t16\nino:\t1057\n"
    "tfd:       12 events: 80002019 data: ffffffffffffffff  pos:0 ino:421 sdev:f\n"
    "tfd:        5 events:       19 data:                7  pos:0 ino:421 sdev:f\n";

TEST_CASE("interest lists are read and sorted", "[executor]") {
    InterestLine lines[4];
    REQUIRE(parse_interest_list(kTwoItems, lines) == 2);
    CHECK(lines[0] == InterestLine{5, {0x19, 7}});
    CHECK(lines[1] == InterestLine{12, {0x80002019, 0xffffffffffffffffU}});
    CHECK(parse_interest_list("pos:\t0\nflags:\t02\n", lines) == 0);
    CHECK(parse_interest_list("", lines) == 0);
}

TEST_CASE("items of one descriptor number are sorted by data, then by events", "[executor]") {
    InterestLine lines[4];
    REQUIRE(parse_interest_list("tfd: 5 events: 1 data: 10\n"
                                "tfd: 5 events: 4 data: 2\n"
                                "tfd: 5 events: 1 data: 2",
                                lines) == 3);
    CHECK(lines[0].event == Event{1, 2});
    CHECK(lines[1].event == Event{4, 2});
    CHECK(lines[2].event == Event{1, 0x10});
}

TEST_CASE("a list in another form, or too long, is refused", "[executor]") {
    InterestLine lines[1];
    CHECK(parse_interest_list(kTwoItems, lines) == -1);
    CHECK(parse_interest_list("tfd: five events: 1 data: 1\n", lines) == -1);
    CHECK(parse_interest_list("tfd: 5 events: 1\n", lines) == -1);
}

}  // namespace
}  // namespace epollcheck
