// Tests of what all inputs have to be: lawful programs, whatever the bytes were, and the same
// program again from its own bytes and from its own text.

#include "fuzz/lawful.h"

#include <catch2/catch.hpp>

#include "conformance/case_suite.h"
#include "fuzz/program_bytes.h"
#include "harness/program/generator.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "harness/program/random.h"
#include "harness/target/in_process_target.h"
#include "stress/random_program.h"

namespace epollcheck {

namespace {

constexpr Reach kReaches[] = {Reach::kModel, Reach::kMachine, Reach::kThreads};

void check_lawful(const Program& program, Reach reach) {
    INFO(print_program(program));
    REQUIRE(program.operations.size() <= kMostLawfulOperations);
    Program again = program;
    make_lawful(again, reach);
    INFO(print_program(again));
    REQUIRE(again == program);
    program_from_bytes(bytes_of_program(program), reach, again);
    REQUIRE(again == program);
    const auto parsed = parse_program(print_program(program), "text");
    REQUIRE(std::holds_alternative<Program>(parsed));
    REQUIRE(std::get<Program>(parsed) == program);
}

}  // namespace

TEST_CASE("any bytes are a lawful program") {
    Random random(11);
    Program program;
    std::size_t operations = 0;
    for (int i = 0; i < 3000; ++i) {
        wire::Bytes bytes(random.below(300));
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random.below(random.chance(50) ? 256 : 100));
        }
        const Reach reach = kReaches[random.below(3)];
        program_from_bytes(bytes, reach, program);
        check_lawful(program, reach);
        operations += program.operations.size();
    }
    CHECK(operations > 3000);
}

TEST_CASE("a program of the generator is lawful but for its names and its rarest calls") {
    Program program;
    int unchanged = 0;
    constexpr int kPrograms = 2000;
    for (int i = 0; i < kPrograms; ++i) {
        Generator(static_cast<std::uint64_t>(i), {}).generate(program);
        Program lawful = program;
        make_lawful(lawful, Reach::kMachine);
        check_lawful(lawful, Reach::kMachine);
        unchanged += lawful.operations.size() == program.operations.size() ? 1 : 0;
    }
    CHECK(unchanged > kPrograms * 9 / 10);
}

TEST_CASE("a random program of threads is lawful") {
    int unchanged = 0;
    constexpr int kPrograms = 500;
    for (int i = 0; i < kPrograms; ++i) {
        const Program program = random_concurrent_program(3, static_cast<std::uint64_t>(i));
        Program lawful = program;
        make_lawful(lawful, Reach::kThreads);
        check_lawful(lawful, Reach::kThreads);
        unchanged += lawful.operations.size() == program.operations.size() ? 1 : 0;
    }
    CHECK(unchanged > kPrograms * 3 / 4);
}

TEST_CASE("conformance cases become lawful programs that say the same where the model answers") {
    int unchanged = 0;
    int all = 0;
    const auto suite = load_suite(embedded_cases(), "conformance/cases");
    for (const Case& test_case : std::get<CaseSuite>(suite)) {
        if (has_threads(test_case.program.operations)) {
            continue;
        }
        Program lawful = test_case.program;
        make_lawful(lawful, Reach::kModel);
        check_lawful(lawful, Reach::kModel);
        ++all;
        unchanged += lawful.operations.size() == test_case.program.operations.size() ? 1 : 0;
    }
    CHECK(unchanged > all * 9 / 10);
}

TEST_CASE("lawful programs run") {
    InProcessTarget target;
    REQUIRE_FALSE(target.setup_error());
    target.ask_about(Executor::Asked::kOneInTurn);
    Random random(5);
    Program program;
    Trace trace;
    for (int i = 0; i < 1500; ++i) {
        wire::Bytes bytes(random.below(400));
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random.below(random.chance(50) ? 256 : 100));
        }
        program_from_bytes(bytes, Reach::kMachine, program);
        if (is_costly(program.operations) && !random.chance(5)) {
            continue;
        }
        INFO(print_program(program));
        const auto error =
            target.run(program.operations, static_cast<int>(program.handles.size()), trace);
        INFO((error ? error->what : ""));
        REQUIRE_FALSE(error);
    }
}

TEST_CASE("what costs much is known as such") {
    Program program;
    CHECK_FALSE(is_costly(program.operations));
    program.operations.push_back({.kind = OperationKind::kFork});
    CHECK(is_costly(program.operations));
}

}  // namespace epollcheck
