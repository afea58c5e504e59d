// Tests of shrinking with several processes: the result is that of one, whatever becomes of the
// helpers.

#include "harness/program/shrink_team.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/program/generator.h"
#include "harness/program/printer.h"

namespace epollcheck {
namespace {

/// Something that takes a while to shrink to, and by many ways.
bool has_property(const Program& program) {
    std::size_t weight = 0;
    for (const Operation& operation : program.operations) {
        weight += operation.kind == OperationKind::kEpollCtl ? 3 : 1;
        weight += operation.flags != 0 ? 1 : 0;
    }
    return weight >= 11;
}

Program program_of(std::uint64_t seed) {
    Program program;
    Generator(seed, {20, 40}).generate(program);
    return program;
}

TEST_CASE("any number of candidates at once come to the same program", "[shrink]") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Program program = program_of(seed);
        for (const std::size_t most_runs : {std::size_t{17}, kMostShrinkRuns}) {
            const Program alone = shrink_program(program, has_property, most_runs);
            for (const std::size_t at_once : {2U, 3U, 8U}) {
                const FirstToKeep first = [](std::span<const Program> candidates) {
                    return static_cast<std::size_t>(std::ranges::find_if(candidates, has_property) -
                                                    candidates.begin());
                };
                REQUIRE(shrink_program(program, first, at_once, most_runs) == alone);
            }
        }
    }
}

TEST_CASE("a team comes to the same program as one process", "[shrink]") {
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        const Program program = program_of(seed);
        const Program alone = shrink_program(program, has_property);
        CHECK(alone.operations.size() < program.operations.size());
        for (const int jobs : {1, 2, 4}) {
            CHECK(shrink_program_with(jobs, program, has_property,
                                      [] { return KeepsProperty(has_property); }) == alone);
        }
    }
}

TEST_CASE("helpers do their part", "[shrink]") {
    const pid_t self = getpid();
    const Program program = program_of(5);
    // Here nothing has the property, so all that is removed was found by a helper.
    const Program shrunk = shrink_program_with(
        2, program, [](const Program&) { return false; },
        [self] {
            return KeepsProperty([self](const Program& smaller) {
                return getpid() != self && has_property(smaller);
            });
        });
    CHECK(shrunk.operations.size() < program.operations.size());
}

TEST_CASE("a helper that cannot begin or dies costs nothing but time", "[shrink]") {
    const Program program = program_of(6);
    const Program alone = shrink_program(program, has_property);
    CHECK(shrink_program_with(3, program, has_property, [] { return KeepsProperty(); }) == alone);
    CHECK(shrink_program_with(3, program, has_property, [] {
              int left = 5;
              return KeepsProperty([left](const Program& smaller) mutable {
                  if (--left < 0) {
                      _exit(1);
                  }
                  return has_property(smaller);
              });
          }) == alone);
}

}  // namespace
}  // namespace epollcheck
