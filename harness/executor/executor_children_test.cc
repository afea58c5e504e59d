// Children of a program: their life, and that none is left behind.

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

Operation& settle(TestProgram& program, Handle fd) {
    Operation& operation = program.add(Kind::kSettle, fd);
    operation.flags = event::kIn;
    return operation;
}

/// True if this process has no child, ended or not.
bool has_no_child() {
    siginfo_t info = {};
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
}

TEST_CASE("executor: a child ends when it is told to and can be reaped once", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle p = program.create(Kind::kSpawn);
    settle(program, p);
    program.add(Kind::kKillChild, p);
    settle(program, p);
    program.add(Kind::kReap, p);
    program.add(Kind::kReap, p);
    program.add(Kind::kKillChild, p);
    program.run(executor);
    CHECK(program.result(0) == Result::of_descriptor(0));
    CHECK(program.result(1) == Result::of_value(0));
    CHECK(program.result(2) == Result::of_value(0));
    CHECK(program.result(3) == Result::of_value(event::kIn));
    CHECK(program.result(4) == Result::of_value(0));
    CHECK(program.result(5) == Result::of_error(ECHILD));
    CHECK(program.result(6) == Result::of_error(ESRCH));
    CHECK(has_no_child());
}

TEST_CASE("executor: children that a program leaves are ended and reaped", "[executor]") {
    Executor executor;
    TestProgram program;
    program.create(Kind::kSpawn);
    const Handle p = program.create(Kind::kSpawn);
    const Handle q = program.create(Kind::kSpawn);
    program.add(Kind::kKillChild, p);
    program.close(q);
    program.run(executor);
    CHECK(has_no_child());
}

TEST_CASE("executor: a child holds no descriptor of the program", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [r, w] = program.pipe();
    program.create(Kind::kSpawn);
    program.close(w);
    program.read(r, 1);
    program.run(executor);
    CHECK(program.result(-1) == Result::of_value(0));  // end of file
}

TEST_CASE("executor: reaping a child that nobody told to end blocks", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle p = program.create(Kind::kSpawn);
    program.add(Kind::kReap, p);
    program.run(executor);
    CHECK(program.result(1) == Result::blocked());
}

}  // namespace
}  // namespace epollcheck
