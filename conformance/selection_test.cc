// Selection and order of cases.

#include "conformance/selection.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

Case case_of(const std::string& id, std::vector<std::string> tags, std::vector<std::string> rules) {
    Case test_case;
    test_case.program.header.id = id;
    test_case.program.header.tags = std::move(tags);
    test_case.program.header.rules = std::move(rules);
    return test_case;
}

CaseSuite suite() {
    return {case_of("edge/pipe", {"edge", "pipe"}, {"R-C15", "R-D5"}),
            case_of("edge/socket", {"edge", "unix"}, {"R-C15"}),
            case_of("edges/other", {"edge"}, {"R-A1"}), case_of("level/pipe", {"pipe"}, {"R-D5"})};
}

std::string selected(const Selection& selection) {
    const CaseSuite all = suite();
    std::string ids;
    for (const Case* test_case : select_cases(all, selection)) {
        ids += test_case->program.header.id + " ";
    }
    return ids;
}

TEST_CASE("ids match by topic, by glob and as a whole", "[conformance]") {
    CHECK(id_matches("edge", "edge/pipe"));
    CHECK(id_matches("edge/", "edge/pipe"));
    CHECK(id_matches("edge/pipe", "edge/pipe"));
    CHECK(id_matches("*pipe", "edge/pipe"));
    CHECK(id_matches("e*", "edge/pipe"));
    CHECK(id_matches("edge/p?pe", "edge/pipe"));
    CHECK_FALSE(id_matches("edge", "edges/other"));
    CHECK_FALSE(id_matches("edge/pip", "edge/pipe"));
    CHECK_FALSE(id_matches("pipe", "edge/pipe"));
    CHECK_FALSE(id_matches("", "edge/pipe"));
}

TEST_CASE("kinds of filter are met together, values of one kind are alternatives",
          "[conformance]") {
    CHECK(selected({}) == "edge/pipe edge/socket edges/other level/pipe ");
    CHECK(selected({.ids = {"edge", "level"}, .tags = {}, .rules = {}}) ==
          "edge/pipe edge/socket level/pipe ");
    CHECK(selected({.ids = {}, .tags = {"pipe", "unix"}, .rules = {}}) ==
          "edge/pipe edge/socket level/pipe ");
    CHECK(selected({.ids = {"*pipe"}, .tags = {"edge"}, .rules = {"R-D5"}}) == "edge/pipe ");
    CHECK(selected({.ids = {"level"}, .tags = {"edge"}, .rules = {}}).empty());
}

TEST_CASE("the order depends on the seed alone", "[conformance]") {
    CaseSuite all;
    for (int i = 0; i < 20; ++i) {
        all.push_back(case_of("t/" + std::to_string(i), {}, {}));
    }
    const auto sorted = select_cases(all, {});
    const auto shuffled = [&](std::uint64_t seed) {
        auto cases = sorted;
        shuffle_cases(cases, seed);
        return cases;
    };
    CHECK(shuffled(1) == shuffled(1));
    CHECK(shuffled(1) != shuffled(2));
    auto again = shuffled(1);
    CHECK(again != sorted);
    std::sort(again.begin(), again.end());
    CHECK(again == sorted);  // all cases are there, and no case twice
}

}  // namespace
}  // namespace epollcheck
