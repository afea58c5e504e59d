// Signals and terminals of a program: what they answer, and that nothing of them is left.

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

Operation& send(TestProgram& program, Kind kind, std::uint8_t signals) {
    Operation& operation = program.add(kind);
    operation.signals = signals;
    return operation;
}

bool is_pending(int signal) {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, signal) == 1;
}

bool is_blocked(int signal) {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return sigismember(&blocked, signal) == 1;
}

TEST_CASE("executor: signals stay pending until a signalfd is read", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle s = program.handle();
    Operation& creation = program.add(Kind::kSignalfd);
    creation.bound[0] = s.index;
    creation.signals = signal::kUser1;
    send(program, Kind::kKill, signal::kUser1);
    send(program, Kind::kTgkill, signal::kUser1);
    Operation& reading = program.add(Kind::kRead, s);
    reading.length = 4096;
    program.run(executor);
    CHECK(program.result(1) == Result::of_value(0));
    CHECK(program.result(3) == Result::of_value(256));
}

TEST_CASE("executor: signals that a program leaves are taken, and the mask is put back",
          "[executor]") {
    Executor executor;
    TestProgram program;
    send(program, Kind::kKill, kOwnSignals);
    send(program, Kind::kTgkill, kOwnSignals);
    program.run(executor);
    CHECK_FALSE(is_pending(SIGUSR1));
    CHECK_FALSE(is_pending(SIGUSR2));
    CHECK_FALSE(is_pending(SIGRTMIN));
    CHECK_FALSE(is_blocked(SIGUSR1));
    CHECK_FALSE(is_blocked(SIGRTMIN));
}

TEST_CASE("executor: terminals carry letters and lines", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [master, slave] = program.create_pair(Kind::kOpenpty, flag::kNonblock);
    program.add(Kind::kTcsetattr, slave).flags = flag::kCanonical;
    program.add(Kind::kWrite, master).length = 3;
    program.add(Kind::kRead, slave).length = 10;
    program.add(Kind::kWriteLine, master).length = 2;
    program.add(Kind::kRead, slave).length = 10;
    program.close(master);
    program.add(Kind::kTcsetattr, slave);
    program.run(executor);
    CHECK(program.result(1) == Result::of_value(0));
    CHECK(program.result(2) == Result::of_value(3));
    CHECK(program.result(3) == Result::of_error(EAGAIN));
    CHECK(program.result(4) == Result::of_value(2));
    CHECK(program.result(5) == Result::of_value(5));
    CHECK(program.result(7) == Result::of_error(EIO));
}

}  // namespace
}  // namespace epollcheck
