// Tests of the shrinker: what it keeps, what it removes, and that the result is still a program.

#include "harness/program/shrink.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/program/generator.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"

namespace epollcheck {
namespace {

std::size_t count(const Program& program, OperationKind kind) {
    return static_cast<std::size_t>(
        std::count_if(program.operations.begin(), program.operations.end(),
                      [&](const Operation& operation) { return operation.kind == kind; }));
}

TEST_CASE("shrinking removes all operations that the property does not need", "[shrink]") {
    Program program;
    Generator(7, {40, 40}).generate(program);
    const std::size_t waits = count(program, OperationKind::kEpollWait);
    REQUIRE(waits >= 2);
    const Program shrunk = shrink_program(program, [&](const Program& candidate) {
        return count(candidate, OperationKind::kEpollWait) >= 2;
    });
    CHECK(shrunk.operations.size() == 2);
    CHECK(count(shrunk, OperationKind::kEpollWait) == 2);
}

TEST_CASE("a shrunk program keeps the property and none of its operations can go", "[shrink]") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Program program;
        Generator(seed, {10, 40}).generate(program);
        const auto keeps = [&](const Program& candidate) {
            return count(candidate, OperationKind::kEpollCtl) * 3 +
                       count(candidate, OperationKind::kWrite) * 2 >=
                   5;
        };
        if (!keeps(program)) {
            continue;
        }
        const Program shrunk = shrink_program(program, keeps);
        CHECK(keeps(shrunk));
        for (std::size_t i = 0; i < shrunk.operations.size(); ++i) {
            Program smaller = shrunk;
            smaller.operations.erase(smaller.operations.begin() + static_cast<std::ptrdiff_t>(i));
            CHECK_FALSE(keeps(smaller));
        }
    }
}

TEST_CASE("tidy handles: any random program prints to a text that parses back", "[shrink]") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Program program;
        Generator(seed, {5, 40}).generate(program);
        const std::size_t half = program.operations.size() / 2;
        program.operations.erase(program.operations.begin(),
                                 program.operations.begin() + static_cast<std::ptrdiff_t>(half));
        const Program tidy = with_tidy_handles(program);
        const std::string text = print_program(tidy);
        const auto parsed = parse_program(text, "shrunk");
        INFO(text);
        REQUIRE(std::holds_alternative<Program>(parsed));
        CHECK(std::get<Program>(parsed).operations == tidy.operations);
        CHECK(std::get<Program>(parsed).handles == tidy.handles);
    }
}

}  // namespace
}  // namespace epollcheck
