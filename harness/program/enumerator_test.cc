// Tests of the enumerator.

#include "harness/program/enumerator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "harness/program/universe_parser.h"

using namespace epollcheck;

namespace {

constexpr const char* kText = R"(
setup:
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
eventfd(0, EFD_NONBLOCK) = f
eventfd(0, EFD_NONBLOCK) = g
operations:
epoll_ctl(ep, ADD, e, {IN, 1})
epoll_ctl(ep, ADD, f, {IN, 2})
epoll_ctl(ep, ADD, g, {IN, 3})
epoll_wait(ep, 16, 0)
write(e, {1})
write(f, {1})
write(g, {1})
)";

Universe universe(bool exchangeable) {
    const std::string exchanges = "exchanges:\ne <-> f, 1 <-> 2\nf <-> g, 2 <-> 3\n";
    auto parsed = parse_universe(kText + (exchangeable ? exchanges : ""), "test", "test.universe");
    REQUIRE(std::holds_alternative<Universe>(parsed));
    return std::get<Universe>(parsed);
}

using Numbers = std::vector<OperationNumber>;

std::vector<Numbers> all(const Universe& universe, int length, const Share& share = {}) {
    std::vector<Numbers> programs;
    Enumerator enumerator(universe, length, share);
    while (enumerator.next()) {
        programs.emplace_back(enumerator.program().begin(), enumerator.program().end());
    }
    return programs;
}

Numbers least_renaming(const std::vector<Renaming>& group, const Numbers& program) {
    Numbers least = program;
    for (const Renaming& renaming : group) {
        Numbers renamed;
        for (const OperationNumber number : program) {
            renamed.push_back(renaming[number]);
        }
        least = std::min(least, renamed);
    }
    return least;
}

}  // namespace

TEST_CASE("enumerator: without exchanges all programs come, in order and once") {
    const auto programs = all(universe(false), 3);
    CHECK(programs.size() == 7 * 7 * 7);
    CHECK(std::is_sorted(programs.begin(), programs.end()));
    CHECK(std::set<Numbers>(programs.begin(), programs.end()).size() == programs.size());
}

TEST_CASE("enumerator: of programs that only differ by a renaming the least one comes") {
    const Universe exchangeable = universe(true);
    const auto group = renamings(exchangeable);
    REQUIRE(group.size() == 6);
    for (const int length : {1, 2, 3, 4}) {
        std::set<Numbers> least;
        for (const Numbers& program : all(universe(false), length)) {
            least.insert(least_renaming(group, program));
        }
        const auto programs = all(exchangeable, length);
        CHECK(std::set<Numbers>(programs.begin(), programs.end()) == least);
        CHECK(programs.size() == least.size());
        CHECK(Enumerator::count(exchangeable, length) == Approx(programs.size()));
    }
}

TEST_CASE("enumerator: shares are disjoint and together everything") {
    const Universe exchangeable = universe(true);
    for (const int length : {2, 4}) {
        std::vector<Numbers> together;
        for (std::uint64_t i = 0; i < 3; ++i) {
            const auto part = all(exchangeable, length, {i, 3});
            together.insert(together.end(), part.begin(), part.end());
        }
        std::sort(together.begin(), together.end());
        CHECK(together == all(exchangeable, length));
    }
}

TEST_CASE("enumerator: it goes on where it was left") {
    const Universe exchangeable = universe(true);
    const Share share{1, 2};
    const auto programs = all(exchangeable, 4, share);
    for (const std::size_t left_at : {std::size_t{0}, programs.size() / 2, programs.size() - 1}) {
        Enumerator enumerator(exchangeable, 4, share);
        REQUIRE(enumerator.resume_at(programs[left_at]));
        std::vector<Numbers> rest;
        while (enumerator.next()) {
            rest.emplace_back(enumerator.program().begin(), enumerator.program().end());
        }
        CHECK(rest == std::vector<Numbers>(programs.begin() + static_cast<std::ptrdiff_t>(left_at),
                                           programs.end()));
    }
    Enumerator enumerator(exchangeable, 4, share);
    CHECK_FALSE(enumerator.resume_at(Numbers{1, 1, 1}));
    CHECK_FALSE(Enumerator(exchangeable, 4, share).resume_at(Numbers{6, 6, 6, 6}));
}

TEST_CASE("enumerator: it says where a program differs from the one before") {
    Enumerator enumerator(universe(true), 4, {});
    Numbers before;
    while (enumerator.next()) {
        const Numbers now(enumerator.program().begin(), enumerator.program().end());
        if (!before.empty()) {
            const auto change = static_cast<std::size_t>(enumerator.first_change());
            REQUIRE(
                std::equal(now.begin(), now.begin() + enumerator.first_change(), before.begin()));
            REQUIRE(now[change] != before[change]);
        }
        before = now;
    }
}
