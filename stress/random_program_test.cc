// Tests of random programs of several threads.

#include "stress/random_program.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <span>

#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {
namespace {

TEST_CASE("a random concurrent program follows from its seed and number alone") {
    CHECK(random_concurrent_program(1, 5) == random_concurrent_program(1, 5));
    CHECK_FALSE(random_concurrent_program(1, 5) == random_concurrent_program(1, 6));
    CHECK_FALSE(random_concurrent_program(1, 5) == random_concurrent_program(2, 5));
}

TEST_CASE("random concurrent programs survive being printed and parsed") {
    for (std::uint64_t number = 0; number < 500; ++number) {
        const Program program = random_concurrent_program(3, number);
        const std::string text = print_program(program);
        INFO(text);
        auto parsed = parse_program(text, "random");
        REQUIRE(std::holds_alternative<Program>(parsed));
        CHECK(std::get<Program>(parsed).operations.size() == program.operations.size());
        CHECK(print_program(std::get<Program>(parsed)) == text);
    }
}

TEST_CASE("in some random programs a second process runs beside threads") {
    int with_process = 0;
    for (std::uint64_t number = 0; number < 500; ++number) {
        const Program program = random_concurrent_program(3, number);
        CHECK(has_threads(program.operations));
        with_process += std::ranges::any_of(
            program.operations, [](const Operation& operation) { return operation.process != 0; });
    }
    CHECK(with_process > 10);
    CHECK(with_process < 50);
}

TEST_CASE("every arming has data of its own, and nobody uses what another thread closes") {
    for (std::uint64_t number = 0; number < 2000; ++number) {
        const Program program = random_concurrent_program(4, number);
        INFO(print_program(program));
        std::set<std::uint64_t> data;
        for (const Operation& operation : program.operations) {
            if (operation.kind == OperationKind::kEpollCtl && operation.number != kCtlDel) {
                CHECK(data.insert(operation.value).second);
            }
        }
        const auto barrier =
            std::ranges::find(program.operations, OperationKind::kBarrier, &Operation::kind);
        const std::span<const Operation> concurrent(barrier, program.operations.end());
        for (const Operation& closing : concurrent) {
            if (closing.kind != OperationKind::kClose) {
                continue;
            }
            for (const Operation& other : concurrent) {
                const bool same = other.fd == closing.fd || other.other_fd == closing.fd;
                CHECK((!same || strand_of(other) == strand_of(closing)));
            }
        }
    }
}

}  // namespace
}  // namespace epollcheck
