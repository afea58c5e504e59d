// The second process: where its calls run, what it inherits, and that nothing of it is left.

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

/// Adds an operation of the second process.
Operation& in_second(Operation& operation) {
    operation.process = 1;
    return operation;
}

bool has_children() { return waitpid(-1, nullptr, WNOHANG | __WALL) != -1 || errno != ECHILD; }

TEST_CASE("calls of the second process happen there", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(3);
    program.add(Kind::kFork);
    program.close(e);
    in_second(program.read_number(e));
    program.read_number(e);
    const Handle f = program.eventfd(5);  // the number of e, in the first process only
    program.read_number(f);
    in_second(program.read_number(f));
    in_second(program.add(Kind::kExit));
    in_second(program.read_number(f));
    const int before = count_open_descriptors();
    program.run(executor);
    CHECK(program.result(3) == Result::of_payload(3));
    CHECK(program.result(4) == Result::of_error(EBADF));
    CHECK(program.result(6) == Result::of_payload(5));
    CHECK(program.result(7) == Result::of_error(EAGAIN));
    CHECK(program.result(9) == Result::of_error(ESRCH));
    CHECK(count_open_descriptors() == before);
    CHECK_FALSE(has_children());
}

TEST_CASE("a second process that is left over ends with its program", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [r, w] = program.pipe();
    program.add(Kind::kFork);
    program.close(w);
    in_second(program.write(w, 1));
    for (int i = 0; i < 3; ++i) {
        program.run(executor);
        CHECK(program.result(-1) == Result::of_value(1));
        CHECK_FALSE(has_children());
    }
}

TEST_CASE("a call of the second process that waits is blocked", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(0);
    program.control(ep, kCtlAdd, e, event::kIn, 4);
    program.add(Kind::kFork);
    in_second(program.wait(ep, 16, -1));
    in_second(program.wait(ep, 16, 5));
    program.write_number(e, 1);
    in_second(program.wait(ep, 16, -1));
    program.run(executor);
    CHECK(program.result(4) == Result::blocked());
    CHECK(program.result(5).kind == ResultKind::kEvents);
    CHECK(program.result(5).value == 0);  // it did not end too early
    CHECK(program.events(7) == std::vector<Event>{{event::kIn, 4}});
}

TEST_CASE("invalid pointers are invalid in the second process, too", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(1);
    const Handle f = program.eventfd(1);
    program.control(ep, kCtlAdd, e, event::kIn, 1);
    program.control(ep, kCtlAdd, f, event::kIn, 2);
    program.add(Kind::kFork);
    for (int round = 0; round < 2; ++round) {
        in_second(program.wait(ep)).pointer = Pointer::kBad;
        Operation& room = in_second(program.wait(ep));
        room.pointer = Pointer::kRoom;
        room.room = 1;
        in_second(program.add(Kind::kExec));
    }
    program.run(executor);
    for (const int first : {6, 9}) {
        CHECK(program.result(first) == Result::of_error(EFAULT));
        CHECK(program.events(first + 1).size() == 1);
    }
}

TEST_CASE("after an exec numbers and open files are what they were", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(3);
    const Handle gone = program.eventfd(1, flag::kNonblock | flag::kCloexec);
    program.add(Kind::kFork);
    in_second(program.add(Kind::kExec));
    in_second(program.read_number(gone));
    program.read_number(gone);
    in_second(program.read_number(e));
    const Handle made = program.eventfd(9);
    in_second(program.last());
    in_second(program.read_number(made));
    in_second(program.add(Kind::kFdinfo, e));
    program.run(executor);
    CHECK(program.result(3) == Result::of_value(0));
    CHECK(program.result(4) == Result::of_error(EBADF));
    CHECK(program.result(5) == Result::of_payload(1));
    CHECK(program.result(6) == Result::of_payload(3));
    CHECK(program.result(7) == Result::of_descriptor(1));
    CHECK(program.result(8) == Result::of_payload(9));
    CHECK(program.result(9) == Result::of_events(0));
}

TEST_CASE("descriptors travel, and what arrives is known", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [a, b] = program.create_pair(Kind::kSocketpair, flag::kStream | flag::kNonblock);
    const Handle server = program.create(Kind::kSocket, flag::kStream | flag::kNonblock);
    program.add(Kind::kBind, server);
    program.add(Kind::kListen, server).number = 3;
    program.add(Kind::kFork);
    program.add(Kind::kSendFd, a).other_fd = server;
    program.close(server);
    const Handle received = program.create(Kind::kRecvFd, 0, b);
    in_second(program.last());
    const Handle client = program.create(Kind::kSocket, flag::kStream | flag::kNonblock);
    in_second(program.last());
    in_second(program.add(Kind::kConnect, client)).other_fd = received;
    const Handle accepted = program.create(Kind::kAccept4, flag::kNonblock, received);
    in_second(program.last());
    in_second(program.write(accepted, 1));
    in_second(program.add(Kind::kRecvFd, client));
    program.run(executor);
    CHECK(program.result(7) == Result::of_descriptor(3));
    CHECK(program.result(9) == Result::of_value(0));
    CHECK(program.result(10).kind == ResultKind::kDescriptor);
    CHECK(program.result(12) == Result::of_value(1));  // a byte without a descriptor
}

TEST_CASE("a process that shares the table leaves nothing open", "[executor]") {
    Executor executor;
    TestProgram program;
    program.add(Kind::kClone).flags = flag::kCloneFiles;
    const Handle e = program.eventfd(2);
    in_second(program.last());
    program.read_number(e);
    const int before = count_open_descriptors();
    program.run(executor);
    CHECK(program.result(2) == Result::of_payload(2));
    CHECK(count_open_descriptors() == before);
}

TEST_CASE("the first process cannot be replaced or ended, and there is one second one",
          "[executor]") {
    Executor executor;
    TestProgram program;
    program.add(Kind::kExec);
    program.add(Kind::kExit);
    program.add(Kind::kFork);
    program.add(Kind::kClone).flags = flag::kCloneFiles;
    in_second(program.add(Kind::kFork));
    program.run(executor);
    CHECK(program.result(0) == Result::of_error(EPERM));
    CHECK(program.result(1) == Result::of_error(EPERM));
    CHECK(program.result(2) == Result::of_value(0));
    CHECK(program.result(3) == Result::of_error(EEXIST));
    CHECK(program.result(4) == Result::of_error(EEXIST));
}

TEST_CASE("a process beyond the second, and unknown flags of clone, are refused", "[executor]") {
    Executor executor;
    TestProgram third;
    third.add(Kind::kBarrier).process = 2;
    REQUIRE(third.try_run(executor));
    CHECK(third.try_run(executor)->what.find("P3") != std::string::npos);
    TestProgram unknown;
    unknown.add(Kind::kClone).flags = flag::kUnknown;
    REQUIRE(unknown.try_run(executor));
}

}  // namespace
}  // namespace epollcheck
