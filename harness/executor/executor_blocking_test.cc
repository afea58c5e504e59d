// Calls that wait: a call is blocked if it still waited after the executor's patience, and only
// then.

#include "harness/executor/call_timer.h"
#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

TEST_CASE("calls that nobody can end are blocked", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const auto [r, w] = program.pipe(0);
    const Handle e = program.eventfd(0, 0);
    const Handle server = program.create(Kind::kSocket, flag::kStream);
    program.add(Kind::kBind, server);
    program.add(Kind::kListen, server).number = 0;
    const int first = static_cast<int>(program.size());
    program.wait(ep, 16, -1);
    program.wait(ep, 16, 2'000'000'000);
    program.wait(ep, 16, -1).kind = Kind::kEpollPwait;
    program.wait(ep, 16, 0).kind = Kind::kEpollPwait2;
    Operation forever = program.operations().back();
    forever.timeout_pointer = Pointer::kNull;
    program.add(Kind::kBarrier) = forever;
    program.read(r, 1);
    program.read_number(e);
    program.create(Kind::kAccept4, 0, server);
    program.open(Path::kFifo, 0);
    program.write(w, kMaxTransfer);  // moves some bytes before it waits
    program.run(executor);

    for (int i = first; i < static_cast<int>(program.size()); ++i) {
        CAPTURE(i);
        if (i == first + 3) {
            CHECK(program.result(i) == Result::of_events(0));  // the zero time-out
        } else {
            CHECK(program.result(i) == Result::blocked());
        }
    }
}

TEST_CASE("a connect to a full listener is blocked", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle server = program.create(Kind::kSocket, flag::kStream);
    program.add(Kind::kBind, server);
    program.add(Kind::kListen, server).number = 0;
    for (int i = 0; i < 2; ++i) {
        const Handle client = program.create(Kind::kSocket, flag::kStream);
        program.add(Kind::kConnect, client).other_fd = server;
    }
    program.run(executor);

    CHECK(program.result(4) == Result::of_value(0));
    CHECK(program.result(6) == Result::blocked());
}

TEST_CASE("a blocking call that has something to do answers", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const auto [r, w] = program.pipe(0);
    program.write(w, 65536);
    program.control(ep, kCtlAdd, r, event::kIn, 9);
    program.wait(ep, 16, -1);
    program.read(r, 65536);
    const Handle fifo = program.open(Path::kFifo, flag::kReadWrite);  // never waits for a partner
    program.write(fifo, 1);
    program.read(fifo, 5);
    program.run(executor);

    CHECK(program.result(2) == Result::of_value(65536));
    CHECK(program.events(4) == std::vector<Event>{{event::kIn, 9}});
    CHECK(program.result(5) == Result::of_value(65536));
    CHECK(program.result(8) == Result::of_value(1));
}

TEST_CASE("calls that may not wait are known whichever way that was said", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [r, w] = program.pipe(0);
    const Handle duplicate = program.create(Kind::kDup, 0, r);
    program.fcntl(duplicate, FcntlCommand::kSetFl, flag::kNonblock);
    program.read(r, 1);
    program.fcntl(duplicate, FcntlCommand::kSetFl, 0);
    program.read(r, 1);
    program.add(Kind::kIoctl, r).flags = kRequestNonblock;
    program.read(duplicate, 1);
    const auto [a, b] = program.create_pair(Kind::kSocketpair, flag::kDatagram);
    Operation& receive = program.add(Kind::kRecv, a);
    receive.length = 1;
    receive.flags = flag::kDontWait;
    program.add(Kind::kRecv, b).length = 1;
    program.run(executor);

    CHECK(program.result(3) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(5) == Result::blocked());
    CHECK(program.result(7) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(9) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(10) == Result::blocked());
}

TEST_CASE("a finite time-out is not cut short by an earlier blocked call", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    program.read_number(program.eventfd(0, 0));
    program.wait(ep, 16, 120);
    program.wait(ep, 16, -1);
    program.run(executor);

    CHECK(program.result(2) == Result::blocked());
    CHECK(program.result(3) == Result::of_events(0));
    CHECK(program.result(4) == Result::blocked());
}

TEST_CASE("the process around sees no ticks after a run", "[executor]") {
    Executor executor;
    TestProgram program;
    program.read_number(program.eventfd(0, 0));
    program.run(executor);

    const unsigned before = CallTimer::ticks();
    const timespec pause = {0, 60'000'000};
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr) == 0);
    CHECK(CallTimer::ticks() == before);
    CHECK(before >= CallTimer::kPatienceTicks);
}

}  // namespace
}  // namespace epollcheck
