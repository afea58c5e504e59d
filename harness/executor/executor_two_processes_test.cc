// Programs in which the second process runs beside threads: the order of its tickets, calls of it
// that are blocked, what others do about it, its death, and what is left.

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;
using Catch::Matchers::Contains;

bool has_children() { return waitpid(-1, nullptr, WNOHANG | __WALL) != -1 || errno != ECHILD; }

/// Lets the second process run the operation that was added last.
void in_second(TestProgram& program) { program.last().process = 1; }

/// An instance that watches an eventfd, and two processes that have both.
struct Shared {
    TestProgram program;
    Handle ep = program.epoll();
    Handle e = program.eventfd(0);
    int first = 0;  // operation behind the barrier

    explicit Shared(EventMask events = event::kIn) {
        program.control(ep, kCtlAdd, e, events, 7);
        program.add(Kind::kFork);
        program.barrier();
        first = static_cast<int>(program.size());
    }
    void wait_in_second() {
        program.wait(ep, 16, -1);
        in_second(program);
    }
    /// A wait of T2.
    void wait_in_first() {
        program.wait(ep, 16, -1);
        program.in_thread(1);
    }
};

TEST_CASE("threads: calls of the second process follow each other, with tickets of their own",
          "[executor][strands]") {
    Executor executor;
    Shared shared;
    TestProgram& program = shared.program;
    for (int i = 0; i < 8; ++i) {
        program.write_number(shared.e, 1);
        i % 2 == 0 ? in_second(program) : program.in_thread(1);
    }
    program.barrier();
    program.read_number(shared.e);
    in_second(program);
    bool overlapped = false;
    for (int round = 0; round < 50 || (!overlapped && round < 20'000); ++round) {
        program.run_concurrent(executor, shifted(round));
        REQUIRE(program.result(-1) == Result::of_payload(8));
        for (int i = shared.first; i < shared.first + 8; ++i) {
            const CallInterval& interval = program.interval(i);
            CHECK(interval.begin < interval.end);
            const CallInterval& neighbour = program.interval(i ^ 1);
            overlapped =
                overlapped || (interval.begin < neighbour.end && neighbour.begin < interval.end);
            if (i + 2 < shared.first + 8) {
                CHECK(interval.end < program.interval(i + 2).begin);
            }
        }
    }
    CHECK(overlapped);
}

TEST_CASE("threads: a wait of the second process that nobody ends is blocked",
          "[executor][strands]") {
    Executor executor;
    Shared shared;
    TestProgram& program = shared.program;
    shared.wait_in_second();
    program.write_number(shared.e, 1);  // never: the process is still in its wait
    in_second(program);
    shared.wait_in_first();
    program.barrier();
    // In the section after that nothing is left of the signals that ended its wait.
    shared.wait_in_second();
    program.about_thread(Kind::kAwait, 1, kAboutSecondProcess);
    program.write_number(shared.e, 1);
    program.in_thread(1);
    const int first = shared.first;
    for (int round = 0; round < 100; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(first) == Result::blocked());
        CHECK(program.interval(first).blocked);
        CHECK(program.interval(first).end == CallInterval::kNever);
        CHECK(program.result(first + 1) == Result{});
        CHECK(program.result(first + 2) == Result::blocked());
        CHECK(program.events(-3) == std::vector<Event>{{event::kIn, 7}});
        CHECK_FALSE(program.interval(-3).blocked);
    }
}

TEST_CASE("threads: a thread and the second process await and interrupt each other",
          "[executor][strands]") {
    Executor executor;
    Shared shared;
    TestProgram& program = shared.program;
    shared.wait_in_second();
    program.control(shared.ep, kCtlDel, shared.e, 0, 0);
    in_second(program);
    program.about_thread(Kind::kAwait, 1, kAboutSecondProcess);
    program.about_thread(Kind::kInterrupt, 1, kAboutSecondProcess);
    program.about_thread(Kind::kAwait, 0, 2);
    in_second(program);
    const int first = shared.first;
    for (int round = 0; round < 100; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(first) == Result::of_error(error::kEINTR));
        CHECK_FALSE(program.interval(first).blocked);
        CHECK(program.result(first + 1) == Result::of_value(0));
        // It slept in its wait when the await was over.
        CHECK(program.interval(first).begin < program.interval(first + 2).end);
        CHECK(program.interval(first).end > program.interval(first + 3).begin);
    }
}

TEST_CASE("threads: an edge wakes the one that waits last, of whichever process",
          "[executor][strands]") {
    Executor executor;
    const bool second_is_last = GENERATE(false, true);
    CAPTURE(second_is_last);
    Shared shared(event::kIn | event::kEdge);
    TestProgram& program = shared.program;
    if (second_is_last) {
        program.about_thread(Kind::kAwait, 0, 1);
        in_second(program);
    } else {
        program.about_thread(Kind::kAwait, 1, kAboutSecondProcess);
    }
    shared.wait_in_second();
    shared.wait_in_first();
    program.about_thread(Kind::kAwait, 2, 1);
    program.about_thread(Kind::kAwait, 2, kAboutSecondProcess);
    program.write_number(shared.e, 1);
    program.in_thread(2);
    const int second = shared.first + 1;
    for (int round = 0; round < 100; ++round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.interval(second).blocked != second_is_last);
        CHECK(program.interval(second + 1).blocked == second_is_last);
    }
}

TEST_CASE("threads: nothing is left of a second process that ran beside threads",
          "[executor][strands]") {
    Executor executor;
    Shared shared;
    TestProgram& program = shared.program;
    program.add(Kind::kDup2, shared.ep).other_fd = shared.e;
    program.last().bound[0] = shared.e.index;
    in_second(program);
    program.close(shared.ep);
    in_second(program);
    program.close(shared.e);
    program.in_thread(1);
    program.barrier();
    program.add(Kind::kExit);
    in_second(program);
    program.barrier();
    program.close(shared.ep);
    in_second(program);
    program.close(shared.ep);
    program.in_thread(1);
    TestProgram threads;  // of which the last one is in the place of the process
    const Handle ep = threads.epoll();
    threads.barrier();
    threads.wait(ep, 16, -1);
    threads.in_thread(7);
    const auto run_both = [&](int round) {
        program.run_concurrent(executor, shifted(round));
        CHECK(program.result(shared.first) == Result::of_descriptor(1));
        CHECK(program.result(-2) == Result::of_error(error::kESRCH));
        CHECK(program.result(-1) == Result::of_value(0));
        threads.run_concurrent(executor, shifted(round));
        CHECK(threads.result(-1) == Result::blocked());
    };
    run_both(0);
    const int before = count_open_descriptors();
    for (int round = 0; round < 100; ++round) {
        run_both(round);
    }
    CHECK(count_open_descriptors() == before);
    CHECK_FALSE(has_children());
}

/// Kills the first child of this process that sleeps in an epoll_wait.
class Killer {
public:
    Killer() : thread_([this] { look(); }) {}
    ~Killer() {
        over_ = true;
        thread_.join();
    }
    Killer(const Killer&) = delete;
    Killer& operator=(const Killer&) = delete;

private:
    void look() {
        unshare(CLONE_FILES);  // what it opens is nothing to the program
        while (!over_) {
            const std::string children =
                text_of("/proc/self/task/" + std::to_string(getpid()) + "/children");
            const int child = std::atoi(children.c_str());
            if (child > 0 && sleeps_in_wait(child)) {
                kill(child, SIGKILL);
                return;
            }
        }
    }
    static bool sleeps_in_wait(int process) {
        const std::string call = text_of("/proc/" + std::to_string(process) + "/syscall");
        const int number = call.empty() ? -1 : std::atoi(call.c_str());
#ifdef SYS_epoll_wait
        return number == SYS_epoll_wait || number == SYS_epoll_pwait;
#else
        return number == SYS_epoll_pwait;
#endif
    }
    static std::string text_of(const std::string& path) {
        char buffer[256];
        const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        const ssize_t count = fd < 0 ? 0 : read(fd, buffer, sizeof buffer);
        close(fd);
        return {buffer, count > 0 ? static_cast<std::size_t>(count) : 0};
    }

    std::atomic<bool> over_{false};
    std::thread thread_;
};

TEST_CASE("threads: the death of the second process is no answer", "[executor][strands]") {
    Executor executor;
    Shared shared;
    TestProgram& program = shared.program;
    program.wait(shared.ep, 16, 60'000);  // with an end, so that nobody is at rest before it
    in_second(program);
    program.write_number(shared.e, 1);  // never
    in_second(program);
    shared.wait_in_first();
    {
        const Killer killer;
        const auto error = program.try_run_concurrent(executor);
        REQUIRE(error);
        CHECK_THAT(error->what, Contains("was killed by signal 9 while it made a call"));
        CHECK_FALSE(error->of_target);
    }
    CHECK_FALSE(has_children());
    Shared next;
    next.wait_in_second();
    next.wait_in_first();
    next.program.run_concurrent(executor);
    CHECK(next.program.result(-1) == Result::blocked());
    CHECK(next.program.result(-2) == Result::blocked());
}

TEST_CASE("threads: what cannot run beside a second process is refused with a reason",
          "[executor][strands]") {
    Executor executor;
    const auto reason = [&](auto fill) {
        TestProgram program;
        program.add(Kind::kFork);
        fill(program);
        program.barrier();
        program.wait(literal(-1));
        program.in_thread(1);
        const auto error = program.try_run_concurrent(executor);
        return error ? error->what : std::string("none");
    };
    CHECK(reason([](TestProgram&) {}) == "none");
    CHECK_THAT(reason([](TestProgram& program) { program.create(Kind::kTimerfdCreate); }),
               Contains("operation 2 (timerfd_create)") && Contains("a second process") &&
                   Contains("timers"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.add(Kind::kExec);
                   in_second(program);
               }),
               Contains("cannot have an exec"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.barrier();
                   program.wait(literal(-1));
                   program.in_thread(7);
               }),
               Contains("only T1 to T7 beside a second process"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.barrier();
                   program.add(Kind::kFork);
                   program.wait(literal(-1));
                   program.in_thread(1);
               }),
               Contains("operation 3 (fork) cannot run side by side"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.barrier();
                   program.wait(literal(-1)).pointer = Pointer::kPaused;
                   in_second(program);
                   program.wait(literal(-1));
                   program.in_thread(1);
               }),
               Contains("in P1 can be PAUSED"));
    CHECK_THAT(reason([](TestProgram& program) {
                   program.barrier();
                   program.about_thread(Kind::kAwait, 1, 1);
               }),
               Contains("has to name another"));
}

}  // namespace
}  // namespace epollcheck
