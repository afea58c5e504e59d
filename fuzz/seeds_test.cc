// Tests of the seeds: those in the tree are those that the code makes, and all of them are
// programs.

#include "fuzz/seeds.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fuzz/program_bytes.h"
#include "harness/check/calibrate.h"
#include "harness/check/finding.h"
#include "harness/check/probe_profile.h"
#include "harness/program/parser.h"
#include "harness/target/in_process_target.h"

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

TEST_CASE("what was ever found conforms on this kernel, and is a seed") {
    InProcessTarget target;
    Calibration calibration;
    REQUIRE_FALSE(calibrate_for_generator(target, calibration));
    const auto probed = probe_profile(target);
    REQUIRE(std::holds_alternative<ProbedProfile>(probed));
    Judge judge(std::get<ProbedProfile>(probed).profile, calibration);
    const Workbench bench{target, judge, calibration};
    const auto seeds = seed_programs(Reach::kModel);
    int ran = 0;
    for (const std::string_view text : found_programs()) {
        auto parsed = parse_program(text, "found");
        auto* const program = std::get_if<Program>(&parsed);
        if (program == nullptr) {
            continue;  // docs/findings.md shows some that need what cannot be written in one
        }
        INFO(text);
        Program lawful = *program;
        make_lawful(lawful, Reach::kModel);
        CHECK(std::ranges::find(seeds, lawful) != seeds.end());
        if (!reason_not_to_run(bench, program->operations).empty()) {
            continue;
        }
        Trace trace;
        const auto handles = static_cast<int>(program->handles.size());
        REQUIRE_FALSE(calibrate_for(target, program->operations, calibration));
        REQUIRE_FALSE(target.run(program->operations, handles, trace));
        CHECK(judge.judge(program->operations, trace, Tier::kExact).verdict == Verdict::kConforms);
        ++ran;
    }
    CHECK(ran >= 15);
}

}  // namespace epollcheck
