// Tests of simpler operations and canonical names.

#include "harness/program/simpler_operation.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/program/generator.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "harness/program/shrink.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

Program parsed(std::string_view text) {
    auto program = parse_program(text, "test");
    REQUIRE(std::holds_alternative<Program>(program));
    return std::get<Program>(std::move(program));
}

bool is_wait(const Operation& operation) {
    return operation_spec(operation.kind).result == ResultType::kEvents &&
           operation.kind != OperationKind::kFdinfo;
}

TEST_CASE("arguments become as simple as the property lets them", "[shrink]") {
    const Program program = parsed(R"(
epoll_create1(EPOLL_CLOEXEC) = first
eventfd(3, EFD_NONBLOCK|EFD_SEMAPHORE) = counter
epoll_ctl(first, ADD, counter, {IN|OUT|RDHUP|ET|ONESHOT, 4711})
write(counter, {77})
epoll_pwait(first, 100, 50, mask=SIGUSR1)
)");
    const auto keeps = [](const Program& candidate) {
        const auto names_files = [](const Operation& operation) {
            return operation.bound[0] != kNoHandle || operation.fd.handle >= 0;
        };
        return std::ranges::all_of(candidate.operations, names_files) &&
               std::ranges::any_of(candidate.operations, is_wait) &&
               std::ranges::any_of(candidate.operations, [](const Operation& operation) {
                   return operation.kind == OperationKind::kEpollCtl &&
                          (operation.flags & event::kEdge) != 0 && operation.other_fd.handle >= 0;
               });
    };
    const Program small = shrink_program(program, keeps);
    CHECK(print_program(small) == R"(epoll_create1(0) = (ep)
epoll_ctl(ep, ADD, ep, {ET, 1})
epoll_wait(ep, 1, 0)
)");
}

TEST_CASE("handles are named after what makes them", "[shrink]") {
    const Program program = parsed(R"(
pipe2([x1, x2], 0)
epoll_create1(0) = x3
epoll_create1(0) = x4
eventfd(0, 0) = x5
dup(x5) = x6
epoll_ctl(x3, ADD, x4, {IN, 1})
)");
    CHECK(print_program(with_canonical_names(program)) == R"(pipe2([r, w], 0)
epoll_create1(0) = ep
epoll_create1(0) = ep2
eventfd(0, 0) = e
dup(e) = d
epoll_ctl(ep, ADD, ep2, {IN, 1})
)");
}

TEST_CASE("simpler operations come to an end, and print to text that parses", "[shrink]") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Program program;
        Generator(seed, {5, 30}).generate(program);
        std::size_t asked = 0;
        const Program small = shrink_program(program, [&](const Program& candidate) {
            ++asked;
            return candidate.operations.size() >= 5;
        });
        CHECK(asked < kMostShrinkRuns);
        CHECK(small.operations.size() == 5);
        const std::string text = print_program(small);
        INFO(text);
        const auto again = parse_program(text, "small");
        REQUIRE(std::holds_alternative<Program>(again));
        CHECK(std::get<Program>(again).operations == small.operations);
    }
}

TEST_CASE("the runs of a shrink are bounded", "[shrink]") {
    Program program;
    Generator(3, {200, 200}).generate(program);
    std::size_t asked = 0;
    const auto keeps = [&](const Program& candidate) {
        ++asked;
        return candidate.operations.size() >= 100;
    };
    const Program small = shrink_program(program, keeps, 50);
    CHECK(asked == 50);
    CHECK(keeps(small));
}

}  // namespace
}  // namespace epollcheck
