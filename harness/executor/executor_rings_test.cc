// Rings of programs: what they may not be beside, and that they leave nothing behind. What they
// answer is for the cases in conformance/cases/io-uring.

#include <catch2/catch.hpp>

#include "harness/executor/ring.h"
#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

/// Appends a request that is under way when the program ends.
Handle add_ring(TestProgram& program) {
    const Handle ep = program.epoll();
    const Handle ring = program.create(Kind::kRingSetup);
    Operation& poll = program.add(Kind::kRingPollMany, ring);
    poll.other_fd = ep;
    poll.flags = event::kIn;
    poll.value = 1;
    return ring;
}

TEST_CASE("executor: a program with a ring is alone and has one thread", "[executor][ring]") {
    Executor executor;
    for (const Kind kind : {Kind::kFork, Kind::kUnshare, Kind::kCloseRange}) {
        TestProgram program;
        add_ring(program);
        program.add(kind);
        CHECK(program.try_run(executor));
    }
    TestProgram threads;
    add_ring(threads);
    threads.barrier();
    threads.add(Kind::kSigpending);
    threads.in_thread(1);
    CHECK(threads.try_run_concurrent(executor));
    TestProgram large_id;
    large_id.add(Kind::kRingNop, add_ring(large_id)).value = 256;
    CHECK(large_id.try_run(executor));
}

TEST_CASE("executor: a ring that ends disturbs no program behind it", "[executor][ring]") {
    if (!Ring::of_process().knows_polls_that_go_on()) {
        WARN("this kernel has no io_uring, or does not permit it");
        return;
    }
    Executor executor;
    for (int i = 0; i < 20; ++i) {
        TestProgram program;
        const Handle ring = add_ring(program);
        program.add(Kind::kRingReap, ring);
        program.run(executor);
        CHECK(program.result(3) == Result::of_events(0));
        TestProgram waits;
        waits.wait(waits.epoll(), 16, 5);
        waits.run(executor);
        CHECK(waits.result(1) == Result::of_events(0));
    }
}

}  // namespace
}  // namespace epollcheck
