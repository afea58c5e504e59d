// Programs with threads: the order of tickets, calls that are blocked, await, and what threads
// leave behind.

#include <algorithm>

#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;
using Catch::Matchers::Contains;

TEST_CASE("threads: a program without threads answers as by run()", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(1);
    program.control(ep, kCtlAdd, e, event::kIn, 7);
    program.barrier();
    program.wait(ep);
    program.run(executor);
    const Trace alone = program.trace();
    program.run_concurrent(executor);

    CHECK(program.trace() == alone);
    for (int i = 0; i < static_cast<int>(program.size()); ++i) {
        CHECK(program.interval(i) == CallInterval{.begin = 2U * i, .end = 2U * i + 1});
    }
}

TEST_CASE("threads: each thread's calls follow each other, and each has its own two tickets",
          "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(0);
    program.barrier();
    for (int i = 0; i < 12; ++i) {
        program.write_number(e, 1);
        program.in_thread(i % 3);
    }
    program.barrier();
    program.read_number(e);
    for (int round = 0; round < 200; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(-1) == Result::of_payload(12));
        std::vector<std::uint64_t> tickets;
        for (int i = 0; i < static_cast<int>(program.size()); ++i) {
            const CallInterval& interval = program.interval(i);
            CHECK(interval.begin < interval.end);
            tickets.push_back(interval.begin);
            tickets.push_back(interval.end);
            const bool has_follower = i >= 2 && i + 3 < 14;
            if (has_follower) {
                CHECK(interval.end < program.interval(i + 3).begin);
            }
        }
        std::ranges::sort(tickets);
        for (std::size_t i = 0; i < tickets.size(); ++i) {
            REQUIRE(tickets[i] == i);
        }
    }
}

TEST_CASE("threads: calls really overlap", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(0);
    program.barrier();
    program.write_number(e, 1);
    program.write_number(e, 1);
    program.in_thread(1);
    bool overlapped = false;
    bool first_was_first = false;
    bool second_was_first = false;
    const auto all_seen = [&] { return overlapped && first_was_first && second_was_first; };
    for (int round = 0; round < 100'000 && !all_seen(); ++round) {
        program.run_concurrent(executor, shifted(round));
        const CallInterval& first = program.interval(-2);
        const CallInterval& second = program.interval(-1);
        first_was_first = first_was_first || first.end < second.begin;
        second_was_first = second_was_first || second.end < first.begin;
        overlapped = overlapped || (first.begin < second.end && second.begin < first.end);
    }
    CHECK(all_seen());
}

TEST_CASE("threads: a wait that nobody ends is blocked", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(0, 0);
    program.control(ep, kCtlAdd, e, event::kIn, 7);
    program.barrier();
    program.wait(ep, 16, -1);
    program.write_number(e, 1);  // never: the thread is still in its wait
    program.read_number(e);
    program.in_thread(1);
    program.wait(ep, 16, 0);
    program.in_thread(2);
    program.barrier();
    program.wait(ep, 16, 0);
    for (int round = 0; round < 300; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(4) == Result::blocked());
        CHECK(program.interval(4).blocked);
        CHECK(program.interval(4).begin != CallInterval::kNever);
        CHECK(program.interval(4).end == CallInterval::kNever);
        CHECK(program.result(5) == Result{});
        CHECK(program.interval(5) == CallInterval{});
        CHECK(program.result(6) == Result::blocked());
        CHECK(program.interval(6).blocked);
        CHECK(program.result(7) == Result::of_events(0));
        CHECK_FALSE(program.interval(7).blocked);
        CHECK(program.result(-1) == Result::of_events(0));
    }
}

TEST_CASE("threads: a thread whose call was ended goes on in the next program", "[executor]") {
    Executor executor;
    TestProgram blocked;
    const Handle ep = blocked.epoll();
    blocked.barrier();
    blocked.wait(ep, 16, -1);
    blocked.wait(ep, 16, 0);
    blocked.in_thread(1);
    TestProgram next;
    const Handle e = next.eventfd(0);
    next.barrier();
    next.write_number(e, 1);  // made by the calling thread, as it cannot wait
    next.read_number(e);
    next.in_thread(1);
    for (int round = 0; round < 20; ++round) {
        blocked.run_concurrent(executor, shifted(round));
        CHECK(blocked.result(2) == Result::blocked());
        next.run_concurrent(executor, shifted(round));
        CHECK(next.result(2) == Result::of_value(8));
    }
}

TEST_CASE("threads: a wait that another thread ends is not blocked", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(0, 0);
    program.control(ep, kCtlAdd, e, event::kIn, 7);
    program.barrier();
    program.wait(ep, 16, -1);
    program.about_thread(Kind::kAwait, 1, 0);
    program.write_number(e, 1);
    program.in_thread(1);
    for (int round = 0; round < 500; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.events(4) == std::vector<Event>{{event::kIn, 7}});
        CHECK_FALSE(program.interval(4).blocked);
        CHECK(program.result(5) == Result::of_value(0));
        // The wait had begun when its thread slept, and could not return before the write.
        CHECK(program.interval(4).begin < program.interval(5).end);
        CHECK(program.interval(4).end > program.interval(6).begin);
    }
}

TEST_CASE("threads: await is over when the other thread has nothing more to do", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(0);
    program.barrier();
    program.write_number(e, 3);
    program.about_thread(Kind::kAwait, 1, 0);
    program.read_number(e);
    program.in_thread(1);
    program.about_thread(Kind::kAwait, 2, 5);  // it has no operations at all
    for (int round = 0; round < 100; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(4) == Result::of_payload(3));
    }
}

TEST_CASE("threads: chains of threads that end each other's calls are not at rest before the last",
          "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [r1, w1] = program.pipe(0);
    const auto [r2, w2] = program.pipe(0);
    const auto [r3, w3] = program.pipe(0);
    program.barrier();
    for (int i = 0; i < 6; ++i) {
        program.read(r1, 1);
        program.write(w2, 1);
        program.read(r2, 1);
        program.in_thread(1);
        program.write(w3, 1);
        program.in_thread(1);
        program.read(r3, 1);
        program.in_thread(2);
        if (i < 5) {
            program.write(w1, 1);
            program.in_thread(2);
        }
    }
    program.write(w1, 1);
    program.in_thread(3);
    for (int round = 0; round < 300; ++round) {
        program.run_concurrent(executor, shifted(round));
        for (int i = 4; i < static_cast<int>(program.size()); ++i) {
            REQUIRE(program.result(i) == Result::of_value(1));
        }
    }
}

TEST_CASE("threads: timers and finite time-outs are waited for", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle other = program.epoll();
    const Handle timer = program.create(Kind::kTimerfdCreate);
    program.last().number = 1;
    program.control(ep, kCtlAdd, timer, event::kIn, 7);
    program.barrier();
    program.wait(ep, 16, -1);
    program.add(Kind::kTimerfdSettime, timer).value = 20'000'000;
    program.in_thread(1);
    program.wait(other, 16, 30);
    program.in_thread(2);
    for (int round = 0; round < 10; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.events(5) == std::vector<Event>{{event::kIn, 7}});
        CHECK(program.result(-1) == Result::of_events(0));
    }
}

TEST_CASE("threads: nothing is left of descriptors that threads close and duplicate",
          "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const auto [r, w] = program.pipe();
    const Handle e = program.eventfd(0);
    program.control(ep, kCtlAdd, r, event::kIn, 7);
    program.barrier();
    program.add(Kind::kDup2, e).other_fd = r;
    program.last().bound[0] = r.index;
    program.close(r);
    program.in_thread(1);
    program.close(e);
    program.in_thread(2);
    program.wait(ep, 16, 0);
    program.in_thread(1);
    program.barrier();
    program.add(Kind::kFcntl, w).number = static_cast<int>(FcntlCommand::kGetFd);
    program.run_concurrent(executor);
    const int before = count_open_descriptors();
    for (int round = 0; round < 2000; ++round) {
        program.run_concurrent(executor, shifted(round));
        REQUIRE(program.result(0) == Result::of_descriptor(0));
        REQUIRE(program.result(-1) == Result::of_value(0));
    }
    CHECK(count_open_descriptors() == before);
}

TEST_CASE("threads: a harvest that pauses, and what becomes ready meanwhile (T-9, T-10)",
          "[executor]") {
    Executor executor;
    const bool edge = GENERATE(false, true);
    CAPTURE(edge);
    TestProgram program;
    const Handle ep = program.epoll();
    std::vector<Handle> files;
    for (int i = 0; i < 6; ++i) {
        files.push_back(program.eventfd(0));
        program.control(ep, kCtlAdd, files.back(), event::kIn | (edge ? event::kEdge : 0),
                        static_cast<std::uint64_t>(i));
    }
    for (const int i : {0, 1, 2}) {
        program.write_number(files[static_cast<std::size_t>(i)], 1);
    }
    program.barrier();
    const int paused = static_cast<int>(program.size());
    program.wait(ep, edge ? 16 : 2, -1).pointer = Pointer::kPaused;
    program.about_thread(Kind::kAwait, 1, 0);
    for (const int i : edge ? std::vector<int>{5, 0, 1, 3} : std::vector<int>{5, 4, 1, 3}) {
        program.write_number(files[static_cast<std::size_t>(i)], 1);
        program.in_thread(1);
    }
    program.about_thread(Kind::kResume, 1, 0);
    program.barrier();
    program.wait(ep);
    const auto data = [&](int index) {
        std::vector<std::uint64_t> found;
        for (const Event& event : program.events(index)) {
            found.push_back(event.data);
        }
        return found;
    };
    using Data = std::vector<std::uint64_t>;
    for (int round = 0; round < 100; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(data(paused) == (edge ? Data{0, 1, 2} : Data{0, 1}));
        CHECK(data(-1) == (edge ? Data{5, 0, 1, 3} : Data{2, 5, 4, 3, 0, 1}));
        CHECK(program.interval(paused).end > program.interval(paused + 5).end);
    }
}

TEST_CASE("threads: a pause that no thread ends is over when all sleep", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(1);
    program.control(ep, kCtlAdd, e, event::kIn, 7);
    program.barrier();
    program.wait(ep, 16, 0).pointer = Pointer::kPaused;
    program.about_thread(Kind::kAwait, 1, 0);
    program.control(ep, kCtlDel, e, 0, 0);  // waits for the lock that the harvest holds
    program.in_thread(1);
    for (int round = 0; round < 100; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.events(4) == std::vector<Event>{{event::kIn, 7}});
        CHECK_FALSE(program.interval(4).blocked);
        CHECK(program.result(6) == Result::of_value(0));
        CHECK(program.interval(6).end > program.interval(4).begin);
    }
}

TEST_CASE("threads: a thread interrupts the wait of another one, which goes on", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    const Handle e = program.eventfd(0);
    program.control(ep, kCtlAdd, e, event::kIn, 7);
    program.barrier();
    program.wait(ep, 16, -1);
    program.control(ep, kCtlDel, e, 0, 0);
    program.about_thread(Kind::kAwait, 1, 0);
    program.about_thread(Kind::kInterrupt, 1, 0);
    for (int round = 0; round < 300; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(4) == Result::of_error(error::kEINTR));
        CHECK_FALSE(program.interval(4).blocked);
        CHECK(program.result(5) == Result::of_value(0));
        CHECK(program.interval(4).end > program.interval(7).begin);
    }
}

TEST_CASE("threads: what threads cannot do is refused with a reason", "[executor]") {
    Executor executor;
    const auto reason = [&](auto fill) {
        TestProgram program;
        fill(program);
        program.wait(program.handle());
        program.in_thread(1);
        const auto error = program.try_run_concurrent(executor);
        return error ? error->what : std::string("none");
    };
    CHECK_THAT(reason([](TestProgram& program) { program.eventfd(0); }),
               Contains("operation 1 (eventfd) cannot run side by side") && Contains("barrier"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.add(Kind::kDup2).other_fd = literal(1'000'000);
               }),
               Contains("operation 1 (dup2) cannot run side by side"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.add(Kind::kSpawn);
                   program.barrier();
               }),
               Contains("operation 1 (spawn)") && Contains("children"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.wait(literal(-1)).pointer = Pointer::kPaused;
                   program.barrier();
               }),
               Contains("only T1 runs there"));
    CHECK_THAT(reason([](TestProgram& program) { program.about_thread(Kind::kAwait, 2, 2); }),
               Contains("operation 1 (await) has to name another thread"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.about_thread(Kind::kInterrupt, 2, 0);
                   program.read(literal(-1), 1);
               }),
               Contains("operation 1 (interrupt)") && Contains("can be interrupted"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.wait(literal(-1));
                   program.in_thread(8);
               }),
               Contains("only T1 to T8"));
    TestProgram program;
    program.wait(program.handle());
    program.in_thread(1);
    CHECK_THAT(program.try_run(executor)->what, Contains("run_concurrent"));
}

#ifndef __SANITIZE_THREAD__  // which has a thread of its own, and that keeps the table
TEST_CASE("threads: a program that leaves the descriptor table runs after one with threads",
          "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(0);
    program.barrier();
    program.write_number(e, 1);
    program.write_number(e, 1);
    program.in_thread(1);
    program.barrier();
    program.read_number(e);
    program.run_concurrent(executor);
    TestProgram leaving;
    const auto [r, w] = leaving.pipe();
    leaving.add(Kind::kUnshare).flags = flag::kCloneFiles;
    leaving.close(w);
    leaving.read(r, 1);
    leaving.run(executor);
    CHECK(leaving.result(-1) == Result::of_value(0));
    program.run_concurrent(executor);
    CHECK(program.result(-1) == Result::of_payload(2));
}
#endif

}  // namespace
}  // namespace epollcheck
