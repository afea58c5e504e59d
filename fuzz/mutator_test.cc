// Tests of the mutator: what it makes is lawful, every kind of change happens and is one, and much
// that programs can be is reached from one of them.

#include "fuzz/mutator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "fuzz/flip.h"
#include "harness/program/generator.h"
#include "harness/program/printer.h"
#include "stress/random_program.h"

namespace epollcheck {

namespace {

Program start(Reach reach) {
    Program program;
    if (reach == Reach::kThreads) {
        program = random_concurrent_program(1, 1);
    } else {
        Generator(1, {}).generate(program);
    }
    make_lawful(program, reach);
    return program;
}

}  // namespace

TEST_CASE("changes leave lawful programs, and every kind of change happens") {
    for (const Reach reach : {Reach::kModel, Reach::kMachine, Reach::kThreads}) {
        Mutator mutator(7, reach);
        Program program = start(reach);
        std::set<Change> made;
        std::set<Change> changed;
        std::set<OperationKind> kinds;
        for (int i = 0; i < 6000; ++i) {
            const Program before = program;
            const Change change = mutator.mutate(program);
            made.insert(change);
            if (!(program == before)) {
                changed.insert(change);
            }
            Program lawful = program;
            make_lawful(lawful, reach);
            INFO(print_program(program));
            REQUIRE(lawful == program);
            for (const Operation& operation : program.operations) {
                kinds.insert(operation.kind);
            }
            if (program.operations.size() > 40 || program.operations.size() < 3) {
                program = start(reach);
            }
        }
        CHECK(made.size() == kChanges);
        CHECK(changed.size() == kChanges);
        CHECK(kinds.size() > (reach == Reach::kThreads ? 11U : 60U));
    }
}

TEST_CASE("a change is that of its seed") {
    Program first = start(Reach::kMachine);
    Program second = first;
    Mutator(3, Reach::kMachine).mutate(first);
    Mutator(3, Reach::kMachine).mutate(second);
    CHECK(first == second);
}

TEST_CASE("a child of two programs has something of both") {
    Program left = start(Reach::kMachine);
    Program right;
    Generator(99, {}).generate(right);
    make_lawful(right, Reach::kMachine);
    Mutator mutator(1, Reach::kMachine);
    bool has_both = false;
    for (int i = 0; i < 50 && !has_both; ++i) {
        const Program child = mutator.cross(left, right);
        const bool begins = !child.operations.empty() && !left.operations.empty() &&
                            child.operations.front() == left.operations.front();
        const bool ends = !child.operations.empty() && !right.operations.empty() &&
                          child.operations.back().kind == right.operations.back().kind;
        has_both = begins && ends;
    }
    CHECK(has_both);
}

TEST_CASE("a race appears in a program that has threads") {
    Program program = start(Reach::kThreads);
    Mutator mutator(2, Reach::kThreads);
    std::set<std::uint8_t> threads;
    for (int i = 0; i < 200; ++i) {
        mutator.change(program, Change::kRace);
        for (const Operation& operation : program.operations) {
            threads.insert(operation.thread);
        }
        program = start(Reach::kThreads);
    }
    CHECK(threads.size() == 4);
}

TEST_CASE("flips reach every bit of an interest") {
    Random random(1);
    Operation operation{.kind = OperationKind::kEpollCtl, .number = kCtlAdd};
    EventMask seen = 0;
    for (int i = 0; i < 2000; ++i) {
        flip_argument(operation, random);
        operation.kind = OperationKind::kEpollCtl;
        seen |= operation.flags;
    }
    constexpr EventMask kWanted = event::kEdge | event::kOneshot | event::kExclusive |
                                  event::kWakeup | event::kIn | event::kOut | event::kPri |
                                  event::kRdhup;
    CHECK((seen & kWanted) == kWanted);
}

}  // namespace epollcheck
