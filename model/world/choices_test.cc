// Tests of Choices: that advance() leads through all sequences of choices, each exactly once.

#include "model/world/choices.h"

#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <vector>

namespace epollcheck {
namespace {

using Sequence = std::vector<int>;

/// All sequences that runs of `choose_all` make, in order.
std::vector<Sequence> all_sequences(const std::function<void(Choices&, Sequence&)>& choose_all) {
    Choices choices;
    std::vector<Sequence> sequences;
    do {
        Sequence sequence;
        choose_all(choices, sequence);
        sequences.push_back(sequence);
    } while (choices.advance());
    return sequences;
}

TEST_CASE("independent choices give every combination exactly once", "[choices]") {
    const auto sequences = all_sequences([](Choices& choices, Sequence& made) {
        made.push_back(choices.choose(0b11));
        made.push_back(choices.choose(0b10110));
        made.push_back(choices.choose(0b1001));
    });
    CHECK(sequences.size() == 12);
    const std::set<Sequence> distinct(sequences.begin(), sequences.end());
    CHECK(distinct.size() == 12);
    for (const Sequence& made : sequences) {
        CHECK((made[1] == 1 || made[1] == 2 || made[1] == 4));
        CHECK((made[2] == 0 || made[2] == 3));
    }
}

TEST_CASE("a choice may decide which further choices there are", "[choices]") {
    // Permutations of four numbers: each choice is among those that are left.
    const auto sequences = all_sequences([](Choices& choices, Sequence& made) {
        for (std::uint64_t left = 0b1111; left != 0;) {
            const int chosen = choices.choose(left);
            made.push_back(chosen);
            left &= ~(std::uint64_t{1} << chosen);
        }
    });
    CHECK(sequences.size() == 24);
    CHECK(std::set<Sequence>(sequences.begin(), sequences.end()).size() == 24);
}

TEST_CASE("a run may end early", "[choices]") {
    // Chains that end at the first 0, at most five long.
    const auto sequences = all_sequences([](Choices& choices, Sequence& made) {
        do {
            made.push_back(choices.choose(0b11));
        } while (made.back() != 0 && made.size() < 5);
    });
    CHECK(sequences.size() == 6);
    CHECK(std::set<Sequence>(sequences.begin(), sequences.end()).size() == 6);
}

TEST_CASE("a run without choices happens once", "[choices]") {
    CHECK(all_sequences([](Choices&, Sequence&) {}).size() == 1);
}

TEST_CASE("no options are a dead end and do not stop the enumeration", "[choices]") {
    const auto sequences = all_sequences([](Choices& choices, Sequence& made) {
        made.push_back(choices.choose(0b11));
        made.push_back(choices.choose(made.back() == 0 ? 0 : 0b100));
    });
    CHECK(sequences == std::vector<Sequence>{{0, -1}, {1, 2}});
}

TEST_CASE("options up to 63 can be chosen", "[choices]") {
    const auto sequences = all_sequences([](Choices& choices, Sequence& made) {
        made.push_back(choices.choose(std::uint64_t{1} << 63 | 1));
    });
    CHECK(sequences == std::vector<Sequence>{{0}, {63}});
}

TEST_CASE("restart forgets the choices of another enumeration", "[choices]") {
    Choices choices;
    choices.choose(0b11);
    REQUIRE(choices.advance());
    choices.restart();
    CHECK(choices.choose(0b11) == 0);
}

TEST_CASE("more choices than can be kept are said to be incomplete", "[choices]") {
    Choices choices;
    for (int i = 0; i < 96; ++i) {
        CHECK(choices.choose(0b10) == 1);
    }
    CHECK_FALSE(choices.exhausted());
    CHECK(choices.choose(0b100) == 2);
    CHECK(choices.exhausted());
}

}  // namespace
}  // namespace epollcheck
