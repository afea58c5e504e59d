// Tests of the seeds: those in the tree are those that the code makes, and all of them are
// programs.

#include "fuzz/seeds.h"

#include <algorithm>
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

TEST_CASE("the programs of docs/findings.md are seeds") {
    const auto is_program = [](std::string_view text) {
        return std::holds_alternative<Program>(parse_program(text, "findings.md"));
    };
    // Not all are: some need what cannot be written in one.
    CHECK(std::ranges::count_if(found_programs(), is_program) >= 15);
}

}  // namespace epollcheck
