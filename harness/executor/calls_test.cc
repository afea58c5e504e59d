// The table of calls: another one is used as long as it is in scope, by programs too.

#include "harness/executor/calls.h"

#include <catch2/catch.hpp>
#include <cerrno>

#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;
using system_call::Calls;
using system_call::Outcome;

int programs_ended = 0;

/// The kernel's calls, but no instance can be made.
Calls without_instances() {
    Calls calls = system_call::raw_calls();
    calls.epoll_create1 = [](int) -> Outcome { return -EDOM; };
    calls.end_program = [] { ++programs_ended; };
    return calls;
}

TEST_CASE("another table of calls is used in its scope only", "[executor]") {
    const Calls calls = without_instances();
    {
        const system_call::UseCalls use(calls);
        CHECK(system_call::epoll_create1(0) == -EDOM);
        CHECK(&system_call::calls_in_use() == &calls);
    }
    CHECK(&system_call::calls_in_use() == &system_call::raw_calls());
    CHECK(system_call::epoll_create1(-1) == -EINVAL);
}

TEST_CASE("programs are run by the table in use, which hears of their end", "[executor]") {
    const Calls calls = without_instances();
    Executor executor;
    TestProgram program;
    program.eventfd(0);
    program.add(Kind::kEpollCreate1);
    programs_ended = 0;
    {
        const system_call::UseCalls use(calls);
        program.run(executor);
    }
    CHECK(program.result(1) == Result::of_error(EDOM));
    CHECK(programs_ended == 1);
    program.run(executor);
    CHECK(program.result(1) == Result::of_descriptor(1));
    CHECK(programs_ended == 1);
}

}  // namespace
}  // namespace epollcheck
