// Tests of programs with threads on a process target: the whole way over the wire and back, and an
// executor that lies in the middle of it.

#include <catch2/catch.hpp>

#include "harness/target/lying/marker.h"
#include "harness/target/lying_target.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Catch::Matchers::Contains;

/// An eventfd that T1 and T2 write to and that T1 reads in the end.
std::vector<Operation> counting_program() {
    std::vector<Operation> operations(5);
    operations[0].kind = OperationKind::kEventfd;
    operations[0].bound[0] = 0;
    operations[0].flags = flag::kNonblock;
    operations[1].kind = OperationKind::kBarrier;
    for (const std::size_t index : {2U, 3U}) {
        operations[index].kind = OperationKind::kWrite;
        operations[index].thread = static_cast<std::uint8_t>(index - 2);
        operations[index].fd = {.handle = 0};
        operations[index].as_value = true;
        operations[index].value = index - 1;
    }
    operations[4].kind = OperationKind::kBarrier;
    Operation& look = operations.emplace_back();
    look.kind = OperationKind::kRead;
    look.fd = {.handle = 0};
    look.as_value = true;
    return operations;
}

void check_history(const HistoryRun& run) {
    REQUIRE((run.error ? run.error->what : "") == "");
    REQUIRE(run.trace.answers.size() == 6);
    REQUIRE(run.trace.intervals.size() == 6);
    CHECK(run.trace.answers[5].result == Result::of_payload(3));
    for (const std::size_t index : {2U, 3U}) {
        CHECK(run.trace.answers[index].result == Result::of_value(8));
        CHECK(run.trace.intervals[index].begin > run.trace.intervals[1].end);
        CHECK(run.trace.intervals[index].end < run.trace.intervals[4].begin);
    }
}

/// In the second run of several the executor misbehaves.
constexpr Schedule kSecondIsMarked = {.seed = kMarker - 1};

/// The error of that run and of those behind it.
std::string second_error(const std::string& mode) {
    const auto target = lying_target(mode);
    std::vector<HistoryRun> runs(4);
    target->repeat_concurrent(counting_program(), 1, kSecondIsMarked, runs);
    check_history(runs[0]);
    REQUIRE(runs[1].error);
    REQUIRE(runs[3].error);
    CHECK(runs[1].error->of_target);
    return runs[1].error->what;
}

}  // namespace

TEST_CASE("histories of a process target come back in full, in several requests") {
    const auto target = lying_target("honest");
    const std::vector<Operation> program = counting_program();
    std::vector<HistoryRun> runs(1000);
    target->repeat_concurrent(program, 1, {.seed = 1, .most_spin = 100}, runs);
    for (const HistoryRun& run : runs) {
        check_history(run);
    }
    HistoryRun single;
    single.error = target->run_concurrent(program, 1, {}, single.trace);
    check_history(single);
}

TEST_CASE("an executor that lies about a history is found out") {
    CHECK_THAT(second_error("die"), Contains("exit"));
    CHECK_THAT(second_error("wrong-order"), Contains("was due"));
    CHECK_THAT(second_error("wrong-length"), Contains("makes no sense"));
}

TEST_CASE("an error of the harness in one history is that of this history") {
    const auto target = lying_target("harness-error");
    std::vector<HistoryRun> runs(3);
    target->repeat_concurrent(counting_program(), 1, kSecondIsMarked, runs);
    check_history(runs[0]);
    REQUIRE(runs[1].error);
    CHECK(runs[1].error->what == "there is no room for it");
    CHECK_FALSE(runs[1].error->of_target);
    check_history(runs[2]);
}

}  // namespace epollcheck
