// Tests of the universes that the binary carries.

#include "conformance/universe_suite.h"

#include <catch2/catch.hpp>

using namespace epollcheck;

TEST_CASE("universes: all that the binary carries can be loaded") {
    CHECK(universe_names().size() >= 5);
    for (const std::string& name : universe_names()) {
        const auto loaded = load_universe(name);
        INFO(name << ": " << (loaded.index() == 1 ? std::get<1>(loaded) : ""));
        REQUIRE(loaded.index() == 0);
        CHECK_FALSE(std::get<0>(loaded).title.empty());
        CHECK_FALSE(std::get<0>(loaded).observations.empty());
    }
    CHECK(load_universe("no-such-universe").index() == 1);
}
