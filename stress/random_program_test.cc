// Tests of random programs of several threads.

#include "stress/random_program.h"

#include <catch2/catch.hpp>
#include <set>

#include "harness/program/parser.h"
#include "harness/program/printer.h"

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
        for (const Operation& closing : program.operations) {
            if (closing.kind != OperationKind::kClose) {
                continue;
            }
            bool concurrent = false;
            for (const Operation& other : program.operations) {
                concurrent = concurrent || other.kind == OperationKind::kBarrier;
                const bool same = other.fd == closing.fd || other.other_fd == closing.fd;
                CHECK((!concurrent || !same || other.thread == closing.thread));
            }
        }
    }
}

}  // namespace
}  // namespace epollcheck
