// Tests of reproducers of races: what of an overlap counts, and what the files look for. That they
// compile and run is tested with real threads (harness/cli/emitted_c_test.py).

#include "harness/check/race_reproducer.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "harness/check/check_test_support.h"

namespace epollcheck {
namespace {

const std::string kReady =
    "T1: epoll_create1(0) = ep\n"
    "T1: eventfd(1, EFD_NONBLOCK) = e\n";

/// A run of a program, whose comments say when each call of its threads began and ended.
struct WrittenRun {
    Program program;
    ConcurrentTrace trace;
};

WrittenRun written_run(const std::string& text, const Calibration& calibration) {
    WrittenRun run{program_of(text), {}};
    const auto& operations = run.program.operations;
    const std::size_t beginning = sequential_beginning(operations);
    Judge judge(newest_profile(), calibration);
    const Trace sure = judge.predict(std::span(operations).first(beginning));
    for (std::size_t i = 0; i < operations.size(); ++i) {
        CallInterval interval{2 * i, 2 * i + 1, false};
        if (i < beginning) {
            run.trace.answers.append(sure[i].result, sure[i].events);
        } else if (operations[i].kind == OperationKind::kBarrier) {
            run.trace.answers.append(Result::of_value(0), {});
            interval = {};
        } else {
            const Annotation& annotation = run.program.annotations[i];
            const ExpectedAnswer& answer = annotation.expected.front();
            run.trace.answers.append(answer.result, answer.events);
            std::istringstream words(annotation.comment);
            std::string end;
            REQUIRE(words >> interval.begin >> end);
            interval.begin += 1000;
            interval.blocked = end == "blocked";
            interval.end = interval.blocked ? CallInterval::kNever : 1000 + std::stoull(end);
        }
        run.trace.intervals.push_back(interval);
    }
    return run;
}

struct Subject {
    explicit Subject(const std::string& text) : history(written_run(text, calibration)) {}

    HistoryJudgement judged(const ConcurrentTrace& trace) {
        return judge.judge(history.program.operations,
                           static_cast<int>(history.program.handles.size()), trace);
    }

    std::variant<std::string, CannotEmit> emitted(std::uint32_t seen) {
        return race_c(history.program, history.trace, judged(history.trace), judge, Tier::kContract,
                      {{17, 20}, 1000, seen, {"a line of the story"}});
    }

    Calibration calibration;
    WrittenRun history;
    HistoryJudge judge{newest_profile(), calibration, Tier::kContract};
};

bool contains(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

TEST_CASE("what is wrong in any overlap needs no order", "[race_reproducer]") {
    Subject twice(kReady +
                  "T1: epoll_ctl(ep, ADD, e, {IN|ONESHOT, 1})\nbarrier\n"
                  "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 2\n"
                  "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 3 4\n");
    const ConcurrentTrace widest =
        widest_history(twice.history.program, twice.history.trace, twice.judge);
    CHECK(widest.intervals[4].end > widest.intervals[5].begin);
    CHECK(twice.judged(widest).verdict == HistoryJudgement::Verdict::kDeviates);
    const auto text = std::get<std::string>(twice.emitted(500));
    CHECK_FALSE(contains(text, "came_before"));
    CHECK_FALSE(contains(text, "tickets"));
    CHECK(contains(text, "LOOK(5) && n == 1 && IS(0, 1, EPOLLIN)"));
    CHECK(contains(text, "LOOK(6) && n == 1 && IS(0, 1, EPOLLIN)"));
    CHECK(contains(text, " * a line of the story\n"));
    CHECK(contains(text, "500 of 1000 runs"));
    CHECK(contains(text, "atol(argv[1]) : 20000;"));
}

TEST_CASE("an order that counts is looked for", "[race_reproducer]") {
    Subject stale(kReady +
                  "T1: epoll_ctl(ep, ADD, e, {IN, 1})\nbarrier\n"
                  "T1: epoll_ctl(ep, DEL, e, NULL) = 0  # 1 2\n"
                  "T2: epoll_wait(ep, 8, 0) = [1:IN]    # 3 4\n");
    const auto text = std::get<std::string>(stale.emitted(1));
    CHECK(contains(text, "came_before(5, 6)"));
    CHECK(contains(text, "answers[call].begin = tickets++;"));
}

TEST_CASE("a lost wake-up is a thread that sleeps", "[race_reproducer]") {
    Subject lost(kReady +
                 "T1: epoll_wait(ep, 8, 0)\nbarrier\n"
                 "T1: epoll_wait(ep, 8, -1) = blocks           # 1 blocked\n"
                 "T2: epoll_ctl(ep, ADD, e, {IN|ET, 1}) = 0    # 2 3\n");
    const auto text = std::get<std::string>(lost.emitted(0));
    CHECK(contains(text, "(n == BLOCKED || n == LATE)"));
}

TEST_CASE("what an await saw stays as it was", "[race_reproducer]") {
    Subject waits(kReady +
                  "T1: epoll_ctl(ep, ADD, e, {IN|ONESHOT, 1})\nbarrier\n"
                  "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 2\n"
                  "T2: await(T1) = 0                  # 3 4\n"
                  "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 5 6\n");
    CHECK(widest_history(waits.history.program, waits.history.trace, waits.judge) ==
          waits.history.trace);
}

TEST_CASE("no file is made about a history that the answers explain", "[race_reproducer]") {
    Subject fine(kReady +
                 "T1: epoll_ctl(ep, ADD, e, {IN, 1})\nbarrier\n"
                 "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 2\n"
                 "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 3 4\n");
    CHECK(std::holds_alternative<CannotEmit>(fine.emitted(1)));
}

TEST_CASE("a case of threads checks what is written", "[race_reproducer]") {
    const Calibration calibration;
    const Judge judge(newest_profile(), calibration);
    const Program written = program_of(kReady +
                                       "T1: epoll_ctl(ep, ADD, e, {IN, 1}) = 0\nbarrier\n"
                                       "T1: epoll_wait(ep, 8, -1) = [1:IN] or blocks\n"
                                       "T2: read(e, u64) = {1} or EAGAIN if V-31\n");
    const auto text =
        std::get<std::string>(case_of_threads_c(written, Tier::kLinux, judge, CStyle::kPlain));
    CHECK(contains(text, "BEGINNING(3, n == 0);"));
    CHECK(contains(text, "ANSWER(5, n == BLOCKED || (n == 1 && IS(0, 1, EPOLLIN)));"));
    CHECK(contains(text, "CALL(6, read(e, &answers[6].value, 8));"));
    const auto answers_nothing = [&](const std::string& program, CStyle style) {
        return std::holds_alternative<CannotEmit>(
            case_of_threads_c(program_of(program), Tier::kLinux, judge, style));
    };
    CHECK(answers_nothing(kReady + "barrier\nT2: read(e, u64)\n", CStyle::kPlain));
    CHECK(answers_nothing(kReady + "barrier\nT2: read(e, u64) = {1}\n", CStyle::kKselftest));
}

}  // namespace
}  // namespace epollcheck
