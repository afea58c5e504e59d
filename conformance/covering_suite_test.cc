// Tests of the covering suite.

#include "conformance/covering_suite.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "conformance/universe_suite.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"

using namespace epollcheck;

TEST_CASE("covering suite: it is the same every time, sorted, and its programs can be read") {
    const CaseSuite suite = covering_suite();
    const CaseSuite again = covering_suite();
    REQUIRE(suite.size() == again.size());
    CHECK(suite.size() > universe_names().size() * 50);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < suite.size(); ++i) {
        const Program& program = suite[i].program;
        ids.insert(program.header.id);
        REQUIRE(program == again[i].program);
        const auto parsed = parse_program(print_program(program), "covering");
        REQUIRE(std::holds_alternative<Program>(parsed));
        CHECK(std::get<Program>(parsed).operations == program.operations);
    }
    CHECK(ids.size() == suite.size());
    CHECK(std::is_sorted(suite.begin(), suite.end(), [](const Case& left, const Case& right) {
        return left.program.header.id < right.program.header.id;
    }));
}
