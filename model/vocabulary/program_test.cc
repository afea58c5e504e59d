// Equality of programs.

#include "model/vocabulary/program.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

Program two_barriers() {
    Program program;
    program.operations.resize(2);
    return program;
}

}  // namespace

TEST_CASE("Program: no annotations equal empty ones, on either side") {
    const Program bare = two_barriers();
    Program annotated = two_barriers();
    annotated.annotations.resize(2);
    annotated.annotations[1].line = 7;  // no property of the program
    CHECK(bare == annotated);
    CHECK(annotated == bare);
    annotated.annotations[1].comment = "why";
    CHECK_FALSE(bare == annotated);
    CHECK_FALSE(annotated == bare);
}

TEST_CASE("Program: every part counts") {
    const Program program = two_barriers();
    Program other = program;
    CHECK(other == program);
    other.header.tier = Tier::kLinux;
    CHECK_FALSE(other == program);
    other = program;
    other.handles.emplace_back("e");
    CHECK_FALSE(other == program);
    other = program;
    other.operations[0].thread = 1;
    CHECK_FALSE(other == program);
    other = program;
    other.closing_comments.emplace_back("end");
    CHECK_FALSE(other == program);
}

}  // namespace epollcheck
