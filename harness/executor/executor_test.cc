// The executor against known answers: the epoll calls, poll and fdinfo, with the simplest programs
// that show what they answer. Other operations, and what the executor does to the process around
// it, have test files of their own.

#include "harness/executor/executor.h"

#include <array>

#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;
using Events = std::vector<Event>;

TEST_CASE("an eventfd is watched, reported and read", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(0);
    program.control(ep, kCtlAdd, e, event::kIn, 7);
    program.wait(ep);
    program.write_number(e, 5);
    program.wait(ep);
    program.read_number(e);
    program.read_number(e);
    program.control(ep, kCtlMod, e, event::kOut, 0xfedcba9876543210U);
    program.wait(ep);
    program.control(ep, kCtlDel, e, 0, 0);
    program.control(ep, kCtlDel, e, 0, 0);
    program.run(executor);

    CHECK(program.result(0) == Result::of_descriptor(0));
    CHECK(program.result(1) == Result::of_descriptor(1));
    CHECK(program.result(2) == Result::of_value(0));
    CHECK(program.result(3) == Result::of_events(0));
    CHECK(program.result(4) == Result::of_value(8));
    CHECK(program.events(5) == Events{{event::kIn, 7}});
    CHECK(program.result(6) == Result::of_payload(5));
    CHECK(program.result(7) == Result::of_error(error::kEAGAIN));
    CHECK(program.events(9) == Events{{event::kOut, 0xfedcba9876543210U}});
    CHECK(program.result(10) == Result::of_value(0));
    CHECK(program.result(11) == Result::of_error(error::kENOENT));
}

TEST_CASE("all ways to wait report the same", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(1);
    program.control(ep, kCtlAdd, e, event::kIn, 1);
    program.wait(ep, 16, -1);
    program.wait(ep, 16, 1).kind = Kind::kEpollPwait;
    program.wait(ep, 16, -1).kind = Kind::kEpollPwait2;
    program.wait(ep, 16, -1).kind = Kind::kEpollPwait2;
    Operation forever = program.operations().back();
    forever.timeout_pointer = Pointer::kNull;
    program.add(Kind::kBarrier) = forever;
    program.run(executor);

    for (int i = 3; i < 8; ++i) {
        CHECK(program.events(i) == Events{{event::kIn, 1}});
    }
}

TEST_CASE("arguments of waits reach the kernel as they are written", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    program.wait(ep, 0);
    program.wait(ep, -5);
    program.wait(literal(-1));
    program.wait(literal(1'000'000));
    Operation& small_set = program.wait(ep);
    small_set.kind = Kind::kEpollPwait;
    small_set.mask_pointer = Pointer::kGood;
    small_set.signal_set_size = 4;
    Operation& bad_mask = program.wait(ep);
    bad_mask.kind = Kind::kEpollPwait;
    bad_mask.mask_pointer = Pointer::kBad;
    Operation& empty_mask = program.wait(ep);
    empty_mask.kind = Kind::kEpollPwait;
    empty_mask.mask_pointer = Pointer::kGood;
    Operation& bad_time = program.wait(ep);
    bad_time.kind = Kind::kEpollPwait2;
    bad_time.timeout_pointer = Pointer::kBad;
    Operation& negative_time = program.wait(ep);
    negative_time.kind = Kind::kEpollPwait2;
    negative_time.timeout_seconds = -1;
    Operation& short_time = program.wait(ep);
    short_time.kind = Kind::kEpollPwait2;
    short_time.timeout_nanoseconds = 1000;
    // The largest maxevents that Linux accepts must not run into the end of the address space.
    program.wait(ep, 2147483647 / 12);
    program.run(executor);

    CHECK(program.result(1) == Result::of_error(error::kEINVAL));
    CHECK(program.result(2) == Result::of_error(error::kEINVAL));
    CHECK(program.result(3) == Result::of_error(error::kEBADF));
    CHECK(program.result(4) == Result::of_error(error::kEBADF));
    CHECK(program.result(5) == Result::of_error(error::kEINVAL));
    CHECK(program.result(6) == Result::of_error(error::kEFAULT));
    CHECK(program.result(7) == Result::of_events(0));
    CHECK(program.result(8) == Result::of_error(error::kEFAULT));
    CHECK(program.result(9) == Result::of_error(error::kEINVAL));
    CHECK(program.result(10) == Result::of_events(0));
    CHECK(program.result(11) == Result::of_events(0));
}

TEST_CASE("pointers to nowhere answer EFAULT", "[executor]") {
    constexpr std::array kNowhere = {Pointer::kNull, Pointer::kBad, Pointer::kKernel};
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const auto [r, w] = program.pipe();
    program.write(w, 10);
    program.control(ep, kCtlAdd, r, event::kIn, 1);
    const int first = static_cast<int>(program.size());
    for (const Pointer pointer : kNowhere) {
        program.control(ep, kCtlAdd, w, event::kOut, 1).pointer = pointer;
        program.wait(ep).pointer = pointer;
        program.read(r, 10).pointer = pointer;
        program.write(w, 10).pointer = pointer;
        program.read_number(r).pointer = pointer;
    }
    program.read(r, 100);
    program.run(executor);

    for (int i = first; i < static_cast<int>(program.size()) - 1; ++i) {
        CAPTURE(i);
        CHECK(program.result(i) == Result::of_error(error::kEFAULT));
    }
    CHECK(program.result(-1) == Result::of_value(10));  // nothing was lost
}

TEST_CASE("a buffer with room for one event takes one event", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    for (std::uint64_t data = 0; data < 3; ++data) {
        program.control(ep, kCtlAdd, program.eventfd(1), event::kIn | event::kEdge, data);
    }
    Operation& one = program.wait(ep, 3);
    one.pointer = Pointer::kRoom;
    one.room = 1;
    program.wait(ep, 3).pointer = Pointer::kRoom;  // room for none
    program.wait(ep, 3);
    program.run(executor);

    CHECK(program.events(-3) == Events{{event::kIn, 0}});
    CHECK(program.result(-2) == Result::of_error(error::kEFAULT));
    CHECK(program.events(-1) == Events{{event::kIn, 1}, {event::kIn, 2}});
}

TEST_CASE("a wait can report as many events as a result can hold, and no more", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    for (int i = 0; i < kMaxEvents + 1; ++i) {
        program.control(ep, kCtlAdd, program.eventfd(1), event::kIn, 1);
    }
    program.wait(ep, kMaxEvents);
    program.run(executor);
    CHECK(program.result(-1) == Result::of_events(kMaxEvents));

    program.wait(ep, kMaxEvents + 1);
    const auto error = program.try_run(executor);
    REQUIRE(error);
    CHECK(error->what.find("65 events") != std::string::npos);
}

TEST_CASE("poll answers the mask", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(1);
    for (const Descriptor fd : {Descriptor(e), literal(-1), literal(1'000'000)}) {
        program.add(Kind::kPoll, fd).flags = event::kIn | event::kOut | event::kPri;
    }
    program.run(executor);

    CHECK(program.result(1) == Result::of_value(event::kIn | event::kOut));
    CHECK(program.result(2) == Result::of_value(0));
    CHECK(program.result(3) == Result::of_value(event::kNval));
}

TEST_CASE("fdinfo answers the interest list in order of descriptors", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle first = program.eventfd(1);
    const Handle second = program.eventfd(1);
    program.control(ep, kCtlAdd, second, event::kIn | event::kEdge, 2);
    program.control(ep, kCtlAdd, first, event::kOut, 0xffffffffffffffffU);
    program.add(Kind::kFdinfo, ep);
    program.add(Kind::kFdinfo, first);
    program.add(Kind::kFdinfo, literal(-1));
    program.run(executor);

    CHECK(program.events(5) == Events{{event::kOut | event::kAlways, 0xffffffffffffffffU},
                                      {event::kIn | event::kEdge | event::kAlways, 2}});
    CHECK(program.result(6) == Result::of_events(0));
    CHECK(program.result(7) == Result::of_error(error::kEBADF));
}

TEST_CASE("epoll_create checks its size in the kernel", "[executor]") {
    Executor executor;
    TestProgram program;
    program.add(Kind::kEpollCreate).number = 0;
    program.add(Kind::kEpollCreate).number = 1;
    program.run(executor);

    CHECK(program.result(0) == Result::of_error(error::kEINVAL));
    CHECK(program.result(1) == Result::of_descriptor(0));
}

TEST_CASE("results have the type that the operation table promises", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const auto [a, b] = program.create_pair(Kind::kSocketpair, flag::kStream | flag::kNonblock);
    program.wait(ep);
    program.add(Kind::kPoll, a).flags = event::kIn;
    program.add(Kind::kFdinfo, ep);
    program.add(Kind::kGetsockopt, b);
    program.fcntl(a, FcntlCommand::kGetFl);
    program.add(Kind::kBarrier);
    program.close(a);
    program.run(executor);

    for (std::size_t i = 0; i < program.size(); ++i) {
        const ResultKind kind = program.trace()[i].result.kind;
        switch (result_type(program.operations()[i])) {
            case ResultType::kDescriptor:
            case ResultType::kPair:
                CHECK(kind == ResultKind::kDescriptor);
                break;
            case ResultType::kEvents:
                CHECK(kind == ResultKind::kEvents);
                break;
            case ResultType::kPayload:
                CHECK(kind == ResultKind::kPayload);
                break;
            default:
                CHECK(kind == ResultKind::kValue);
                break;
        }
    }
}

}  // namespace
}  // namespace epollcheck
