// Tests of the seeds: those in the tree are those that the code makes, and all of them are
// programs.

#include "fuzz/seeds.h"

#include <catch2/catch.hpp>

#include "fuzz/program_bytes.h"
#include "harness/program/parser.h"

namespace epollcheck {

TEST_CASE("fuzz/seeds is what `epollcheck fuzz --make-seeds fuzz/seeds` makes") {
    CHECK(make_seed_files() == embedded_seed_files());
}

TEST_CASE("there are seeds for each reach, and they come back from their bytes") {
    for (const Reach reach : {Reach::kModel, Reach::kMachine, Reach::kThreads}) {
        const auto seeds = seed_programs(reach);
        CHECK(seeds.size() > 100);
        for (const Program& seed : seeds) {
            Program again;
            program_from_bytes(bytes_of_program(seed), reach, again);
            REQUIRE(again == seed);
        }
    }
}

TEST_CASE("every finding of docs/findings.md is a program") {
    CHECK(found_programs().size() >= 15);
    for (const std::string_view text : found_programs()) {
        INFO(text);
        CHECK(std::holds_alternative<Program>(parse_program(text, "findings.md")));
    }
}

}  // namespace epollcheck
