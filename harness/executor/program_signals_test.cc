// Tests of the signals of programs, and of io_uring as a way to call: what the executor sees of
// them, and that nothing of them stays behind.

#include "harness/executor/program_signals.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "harness/executor/ring.h"
#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

Operation& kill(TestProgram& program, std::uint8_t signals) {
    Operation& operation = program.add(OperationKind::kKill);
    operation.signals = signals;
    return operation;
}

Operation& wait_with_mask(TestProgram& program, Handle ep, std::int64_t timeout_ms,
                          std::uint8_t signals) {
    Operation& operation = program.wait(ep, 16, timeout_ms);
    operation.kind = OperationKind::kEpollPwait;
    operation.mask_pointer = Pointer::kGood;
    operation.signals = signals;
    return operation;
}

TEST_CASE("a signal that the mask lets through is no tick of the executor", "[signals]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    wait_with_mask(program, ep, -1, 0);  // blocks: the ticks start
    kill(program, signal::kUser1);
    wait_with_mask(program, ep, -1, 0);
    program.add(OperationKind::kSigpending);
    kill(program, signal::kUser2);
    wait_with_mask(program, ep, 10'000, 0);
    wait_with_mask(program, ep, -1, 0);
    program.run(executor);
    CHECK(program.result(1) == Result::blocked());
    CHECK(program.result(3) == Result::of_error(EINTR));
    CHECK(program.result(4) == Result::of_value(0));
    CHECK(program.result(6) == Result::of_error(EINTR));
    CHECK(program.result(7) == Result::blocked());
}

TEST_CASE("what a parent process did to signals is undone", "[signals]") {
    std::signal(SIGCHLD, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGURG);
    pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
    Executor executor;
    TestProgram program;
    const Handle child = program.create(OperationKind::kSpawn);
    program.add(OperationKind::kKillChild, child);
    program.add(OperationKind::kReap, child);
    kill(program, signal::kUrgent);
    program.run(executor);
    CHECK(program.result(2) == Result::of_value(0));
    sigset_t pending;
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGURG) == 0);
}

TEST_CASE("what a program did to signals is undone when it ends", "[signals]") {
    Executor executor;
    TestProgram program;
    program.add(OperationKind::kSigprocmask).number = static_cast<std::int32_t>(MaskHow::kSet);
    program.add(OperationKind::kSigprocmask).signals = kOwnSignals;
    kill(program, kOwnSignals);
    program.run(executor);
    CHECK(program.result(0) == Result::of_value(kOwnSignals));
    CHECK(program.result(1) == Result::of_value(0));
    sigset_t set;
    sigpending(&set);
    CHECK(sigismember(&set, SIGUSR1) == 0);
    CHECK(sigismember(&set, SIGUSR2) == 0);
    pthread_sigmask(SIG_BLOCK, nullptr, &set);
    CHECK(sigismember(&set, SIGUSR1) == 0);
    struct sigaction action = {};
    sigaction(SIGUSR1, nullptr, &action);
    CHECK(action.sa_handler == SIG_DFL);
    program.run(executor);  // and the next program starts afresh
    CHECK(program.result(0) == Result::of_value(kOwnSignals));
}

TEST_CASE("signals that would end the process are refused", "[signals]") {
    Executor executor;
    TestProgram program;
    kill(program, signal::kKill);
    CHECK(program.try_run(executor));
}

TEST_CASE("requests of a ring give their own answers one after the other", "[ring]") {
    Ring& ring = Ring::of_process();
    if (!ring.knows_control() || !ring.knows_wait()) {
        CHECK((ring.knows_control() || ring.control(-1, kCtlDel, -1, nullptr) == -ENOSYS));
        WARN("io_uring has no epoll here");
        return;
    }
    const auto ep = static_cast<int>(system_call::epoll_create1(0));
    char events[64];
    for (int round = 0; round < 20; ++round) {  // more than the ring has room for
        CHECK(ring.wait(ep, events, 1) == system_call::kStillWaiting);
        CHECK(ring.control(ep, kCtlDel, ep, nullptr) == -EINVAL);
        CHECK(ring.wait(ep, events, 0) == -EINVAL);
    }
    // A forked process has queues of its own.
    const pid_t child = fork();
    if (child == 0) {
        const bool works = Ring::of_process().wait(ep, events, 1) == system_call::kStillWaiting;
        _exit(works ? 0 : 1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(ring.wait(ep, events, 1) == system_call::kStillWaiting);
    system_call::close(ep);
}

}  // namespace
}  // namespace epollcheck
