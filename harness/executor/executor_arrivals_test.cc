// What reaches a program while a call of it waits or before it looks: signals that arrive, a stop
// of the second process, and changes that the kernel announces.

#include "harness/executor/announcements.h"
#include "harness/executor/executor.h"
#include "harness/executor/other_calls.h"
#include "harness/executor/second_process.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

Operation& wait_for(TestProgram& program, Handle ep, std::uint8_t arriving) {
    Operation& wait = program.wait(ep, 16, -1);
    wait.arriving = arriving;
    return wait;
}

TEST_CASE("a signal that arrives ends a wait if it is not blocked", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const int blocked = static_cast<int>(program.size());
    wait_for(program, ep, signal::kUser1);
    program.add(Kind::kSigpending);
    Operation& unblock = program.add(Kind::kSigprocmask);
    unblock.number = static_cast<std::int32_t>(MaskHow::kUnblock);
    unblock.signals = signal::kUser1 | signal::kUser2;
    const int open = static_cast<int>(program.size());
    wait_for(program, ep, signal::kUser1);
    wait_for(program, ep, signal::kUser2);
    wait_for(program, ep, signal::kUrgent);
    program.run(executor);

    CHECK(program.result(blocked) == Result::blocked());
    CHECK(program.result(blocked + 1) == Result::of_value(signal::kUser1));
    CHECK(program.result(open) == Result::of_error(error::kEINTR));
    CHECK(program.result(open + 1) == Result::of_error(error::kEINTR));
    CHECK(program.result(open + 2) == Result::blocked());
}

TEST_CASE("a second process is stopped and continued while it waits", "[executor]") {
    if (!may_make_process(false)) {
        WARN("not shown: no second process can be made here");
        return;
    }
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    program.add(Kind::kFork);
    wait_for(program, ep, signal::kStop).process = 1;
    Operation& look = program.wait(ep, 16, 0);
    look.process = 1;
    program.run(executor);

    CHECK(program.result(2) == Result::of_error(error::kEINTR));
    CHECK(program.result(3) == Result::of_events(0));
}

TEST_CASE("what arrives needs a wait without end, and a signal that can", "[executor]") {
    const auto error_of = [](std::uint8_t arriving, std::int64_t timeout_ms) {
        Executor executor;
        Operation create;
        create.kind = Kind::kEpollCreate1;
        create.bound[0] = 0;
        Operation wait;
        wait.kind = Kind::kEpollWait;
        wait.fd = {.handle = 0, .number = -1};
        wait.number = 1;
        wait.timeout_ms = timeout_ms;
        wait.arriving = arriving;
        Trace trace;
        const auto error = executor.run(std::vector<Operation>{create, wait}, 1, trace);
        return error ? error->what : std::string();
    };
    CHECK(error_of(signal::kUser1, -1).empty());
    CHECK_FALSE(error_of(signal::kUser1, 1).empty());
    CHECK_FALSE(error_of(signal::kStop, -1).empty());
    CHECK_FALSE(error_of(signal::kRealTime, -1).empty());
}

TEST_CASE("a mount of the program's own is announced", "[executor]") {
    if (!Announcements::may_mount()) {
        WARN("not shown: a mount namespace of its own is not permitted here");
        return;
    }
    Executor executor;
    TestProgram program;
    const Handle mounts = program.open(Path::kMounts, flag::kNonblock);
    program.add(Kind::kAnnounce).number = static_cast<std::int32_t>(Path::kMounts);
    for (int i = 0; i < 2; ++i) {
        program.add(Kind::kPoll, mounts).flags = event::kPri;
    }
    program.run(executor);

    CHECK(program.result(1) == Result::of_value(0));
    CHECK(program.result(2) == Result::of_value(event::kPri | event::kErr));
    CHECK(program.result(3) == Result::of_value(0));
}

TEST_CASE("a child of vfork has a descriptor table of its own", "[executor]") {
    int fds[2] = {-1, -1};
    REQUIRE(system_call::pipe2(fds, 0) == 0);
    CHECK(system_call::vfork_close(fds[0]) == 0);
    CHECK(system_call::close(fds[0]) == 0);
    CHECK(system_call::vfork_close(fds[0]) == -error::kEBADF);
    CHECK(system_call::close(fds[1]) == 0);
}

}  // namespace
}  // namespace epollcheck
