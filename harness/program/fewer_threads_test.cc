// Tests of programs with fewer threads.

#include "harness/program/fewer_threads.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "harness/program/shrink.h"

namespace epollcheck {
namespace {

Program parsed(std::string_view text) {
    auto program = parse_program(text, "test");
    REQUIRE(std::holds_alternative<Program>(program));
    return std::get<Program>(std::move(program));
}

const std::string kSetUp = "T1: epoll_create1(0) = (ep)\nbarrier\n";

TEST_CASE("a thread goes with its operations, or these go to another one", "[shrink]") {
    const auto fewer = programs_with_fewer_threads(
        parsed(kSetUp + "T1: epoll_wait(ep, 1, 0)\nT2: await(T3)\nT3: epoll_wait(ep, 3, 0)\n"));
    REQUIRE(fewer.size() == 5);
    CHECK(print_program(fewer[0]) == "epoll_create1(0) = (ep)\nbarrier\nepoll_wait(ep, 1, 0)\n");
    CHECK(print_program(fewer[3]) ==
          kSetUp + "T1: epoll_wait(ep, 1, 0)\nT2: epoll_wait(ep, 3, 0)\n");
}

TEST_CASE("the second process goes with all that is about it", "[shrink]") {
    const auto fewer = programs_with_fewer_threads(
        parsed(kSetUp + "T1: fork()\nbarrier\nP2: epoll_wait(ep, 1, -1)\nT2: await(P2)\n"
                        "T2: epoll_wait(ep, 2, 0)\n"));
    REQUIRE(fewer.size() == 3);
    CHECK(print_program(fewer[0]) == kSetUp + "T2: epoll_wait(ep, 2, 0)\n");
    CHECK(print_program(with_tidy_threads(fewer[2])).find("await(P2)") != std::string::npos);
}

TEST_CASE("threads are numbered as they come, and barriers part something", "[shrink]") {
    const Program tidy = with_tidy_threads(parsed(
        "barrier\n" + kSetUp + "barrier\nT4: await(T2)\nT2: epoll_wait(ep, 1, 0)\nbarrier\n"));
    CHECK(print_program(tidy) == kSetUp + "T2: await(T3)\nT3: epoll_wait(ep, 1, 0)\n");
}

TEST_CASE("shrinking leaves no thread that the property does not need", "[shrink]") {
    const Program program =
        parsed(kSetUp +
               "T2: epoll_wait(ep, 1, 0)\nT3: epoll_wait(ep, 2, 0)\nT4: epoll_wait(ep, 3, 0)\n"
               "barrier\nT1: epoll_wait(ep, 4, 0)\n");
    const Program shrunk = shrink_program(program, [](const Program& candidate) {
        return std::ranges::any_of(candidate.operations, [](const Operation& operation) {
            return operation.thread > 0 && operation.kind == OperationKind::kEpollWait;
        });
    });
    CHECK(shrunk.operations.size() == 1);
    CHECK(shrunk.operations.front().thread == 1);
}

}  // namespace
}  // namespace epollcheck
