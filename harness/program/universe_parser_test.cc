// Tests of the parser of universes.

#include "harness/program/universe_parser.h"

#include <catch2/catch.hpp>

using namespace epollcheck;

namespace {

constexpr const char* kText = R"(title: Two eventfds

# A comment.
setup:
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
eventfd(0, EFD_NONBLOCK) = f

operations:
epoll_ctl(ep, ADD, e, {IN, 1})   # a comment
epoll_ctl(ep, ADD, f, {IN, 2})
dup(e) = d
close(d)

observations:
epoll_wait(ep, 16, 0)
)";

std::string error_of(const std::string& text) {
    const auto parsed = parse_universe(text, "test", "test.universe");
    REQUIRE(std::holds_alternative<ParseError>(parsed));
    return std::get<ParseError>(parsed).text();
}

}  // namespace

TEST_CASE("universe parser: title, sections and handles") {
    const auto parsed = parse_universe(kText, "test", "test.universe");
    REQUIRE(std::holds_alternative<Universe>(parsed));
    const auto& universe = std::get<Universe>(parsed);
    CHECK(universe.name == "test");
    CHECK(universe.title == "Two eventfds");
    CHECK(universe.handles == std::vector<std::string>{"ep", "e", "f", "d"});
    CHECK(universe.setup.size() == 3);
    REQUIRE(universe.operations.size() == 4);
    CHECK(universe.operations[3].fd.handle == 3);
    CHECK(universe.observations.size() == 1);
    CHECK(universe.exchanges.empty());
}

TEST_CASE("universe parser: exchanges name handles and numbers") {
    std::string text = kText;
    text.replace(text.find("dup"), text.find("\nobs") - text.find("dup"), "");
    const auto parsed =
        parse_universe(text + "exchanges:\ne <-> f, 1 <-> 2\n", "test", "test.universe");
    REQUIRE(std::holds_alternative<Universe>(parsed));
    const auto& universe = std::get<Universe>(parsed);
    REQUIRE(universe.exchanges.size() == 1);
    CHECK(universe.exchanges[0].handles.size() == 1);
    CHECK(universe.exchanges[0].data.size() == 1);
    CHECK(renamings(universe).size() == 2);
}

TEST_CASE("universe parser: errors name their line") {
    const std::string text = kText;
    CHECK(error_of(text + "exchanges:\ne <-> x\n").find("test.universe:18:1: error") == 0);
    CHECK(error_of(text + "exchanges:\ne <-> f, 1 <-> 2\n").find("does not map") !=
          std::string::npos);  // dup(e) has no counterpart
    CHECK(error_of(text + "exchanges:\ne and f\n").find("is no exchange") != std::string::npos);
    CHECK(error_of("title: x\nwhat is this\n").find("test.universe:2:1") == 0);
    CHECK(error_of("setup:\n\noperations:\nclose(e)\n").find("test.universe:4:") == 0);
    CHECK(error_of("title: x\n").find("1 to 250 operations") != std::string::npos);
}
