// Tests of small runs: that everything is measured, what is left out, and that an epoll whose wait
// looks at all watches is seen.

#include "stress/scale/scale.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/executor/calls.h"
#include "stress/scale/cells.h"
#include "stress/scale/scale_text.h"

namespace epollcheck::scale {

namespace {

/// Its length is given in rounds: a busy machine takes more time, and measures as much.
ScaleOptions small_run(int rounds) {
    ScaleOptions options;
    options.seconds = 600;
    options.rounds = rounds;
    options.largest = 1000;
    return options;
}

ScaleResult measured(const ScaleOptions& options) {
    auto result = measure_scale(options);
    if (const auto* error = std::get_if<HarnessError>(&result)) {
        FAIL(error->what);
    }
    return std::get<ScaleResult>(std::move(result));
}

const SeriesResult& series_of(const ScaleResult& result, const std::string& name) {
    for (const SeriesResult& one : result.series) {
        if (one.series.name == name) {
            return one;
        }
    }
    throw std::runtime_error("there is no series " + name);
}

/// A wait that goes through its list of watches before it asks the kernel.
int watches_of[4096];
volatile int looked_at = 0;
system_call::Outcome counting_control(int epfd, int operation, int fd, const void* event) {
    watches_of[epfd] += operation == EPOLL_CTL_ADD ? 1 : operation == EPOLL_CTL_DEL ? -1 : 0;
    return system_call::raw_calls().epoll_ctl(epfd, operation, fd, event);
}
system_call::Outcome searching_wait(int epfd, void* events, int max_events, int timeout_ms) {
    for (int i = 0; i < watches_of[epfd] * 20; ++i) {
        looked_at = i;
    }
    return system_call::raw_calls().epoll_wait(epfd, events, max_events, timeout_ms);
}
system_call::Outcome failing_wait(int /*epfd*/, void* /*events*/, int /*max*/, int /*timeout*/) {
    return -ENOSYS;
}

}  // namespace

TEST_CASE("instances are filled, and numbers are watched again with other files") {
    const IdleWatches watches(IdleLimits{});
    REQUIRE_FALSE(watches.instances().empty());
    std::size_t before = 0;
    for (const IdleInstance& idle : watches.instances()) {
        CHECK(idle.size > before);
        before = idle.size;
        epoll_event events[4];
        CHECK(epoll_wait(idle.instance.fd(), events, 4, 0) == 1);  // the ready file and no other
        CHECK(control(idle.instance.fd(), EPOLL_CTL_MOD, watches.numbers().front(), EPOLLIN) == 0);
    }
    if (before > watches.numbers().size()) {
        CHECK_FALSE(watches.notes().empty());
    }
}

TEST_CASE("what does not fit is left out, with a note") {
    IdleLimits limits;
    limits.largest = 3000;
    const IdleWatches watches(limits);
    CHECK(watches.instances().back().size == 1000);
    limits.enough = [] { return true; };
    const IdleWatches none(limits);
    CHECK(none.instances().empty());
    REQUIRE(none.notes().size() == 1);
    CHECK(none.notes().front() == "at most 0 watches: there was no more time");
}

TEST_CASE("a limit of descriptors is raised, and put back") {
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const rlimit lowered{256, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &lowered) == 0);
    {
        const RaisedDescriptorLimit raised;
        CHECK(raised.limit() >= before.rlim_max);
    }
    rlimit after{};
    getrlimit(RLIMIT_NOFILE, &after);
    CHECK(after.rlim_cur == 256);
    CHECK(after.rlim_max == before.rlim_max);
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("a small run of the kernel measures everything and objects to nothing") {
    const ScaleResult result = measured(small_run(6));
    CHECK(result.verdict() != Verdict::kContradicts);
    CHECK(result.rounds == 6);
    CHECK_FALSE(result.interrupted);
    REQUIRE(result.series.size() == series_expectations().size());
    for (const SeriesResult& one : result.series) {
        CAPTURE(one.series.name);
        CHECK(one.series.points.size() >= kLeastSizes);
        CHECK(one.series.points.back().costs.size() == static_cast<std::size_t>(result.rounds));
    }
    std::vector<std::string> names;
    for (const FigureResult& one : result.figures) {
        names.push_back(one.figure.name);
    }
    for (const char* name : {"events_per_second_1", "events_per_second_256", "bytes_per_watch",
                             "fairness_least_share", "wake_latency_p99", "timeout_lateness_p50"}) {
        CHECK(std::find(names.begin(), names.end(), name) != names.end());
    }
    for (const FigureResult& one : result.figures) {
        if (one.figure.name == "timeout_lateness_p50") {
            CHECK(one.figure.value.low >= 0);  // no wait ended early
        }
    }
}

TEST_CASE("a wait that looks at all watches is linear, and contradicts what is expected") {
    system_call::Calls calls = system_call::raw_calls();
    calls.epoll_ctl = counting_control;
    calls.epoll_wait = searching_wait;
    const system_call::UseCalls use(calls);
    ScaleOptions options = small_run(20);
    options.is_kernel = false;
    const ScaleResult result = measured(options);
    const SeriesResult& wait = series_of(result, "wait");
    CAPTURE(wait.statement.reason);
    CHECK(wait.statement.growth == Growth::kLinear);
    CHECK(wait.verdict == Verdict::kContradicts);
    CHECK(result.verdict() == Verdict::kContradicts);
    CHECK(result.series.size() == 4);  // poll, select and wake-ups are the kernel's
}

TEST_CASE("a wrong answer is no cost") {
    system_call::Calls calls = system_call::raw_calls();
    calls.epoll_wait = failing_wait;
    const system_call::UseCalls use(calls);
    const auto result = measure_scale(small_run(2));
    REQUIRE(std::holds_alternative<HarnessError>(result));
    CHECK(std::get<HarnessError>(result).what.find("costs cannot be measured: ") == 0);
}

TEST_CASE("an interrupted run keeps what it has") {
    int rounds_left = 12;
    ScaleOptions options = small_run(400);
    options.progress = [&](const std::string&) { --rounds_left; };
    options.interrupted = [&] { return rounds_left <= 0; };
    const ScaleResult result = measured(options);
    CHECK(result.interrupted);
    CHECK(result.rounds >= 10);
    CHECK(series_of(result, "poll").statement.growth == Growth::kLinear);

    options.interrupted = [] { return true; };
    const ScaleResult nothing = measured(options);
    CHECK(nothing.rounds == 0);
    const std::string table = scale_table({"t", "k"}, nothing);
    CHECK(table.find("note: interrupted") != std::string::npos);
    CHECK(table.find("nan") == std::string::npos);
}

TEST_CASE("the JSON lines hold what the tables say") {
    ScaleOptions options = small_run(2);
    options.strictness = Strictness::kNone;
    const ScaleResult result = measured(options);
    std::istringstream lines(scale_json({"t", "k"}, result, 5));
    std::vector<std::string> records;
    for (std::string line; std::getline(lines, line);) {
        const auto record = nlohmann::json::parse(line);
        records.push_back(record.at("record"));
        if (records.back() == "series") {
            CHECK(record.at("verdict") == "not judged");
            CHECK(record.at("points").size() >= kLeastSizes);
        }
    }
    CHECK(records.front() == "scale");
    CHECK(records.back() == "scale-summary");
    CHECK(records.size() == 2 + result.series.size() + result.figures.size());
    const std::string table = scale_table({"t", "k"}, result);
    CHECK(table.find("\nwait    epoll_wait, one file ready") != std::string::npos);
    CHECK(table.find(" \n") == std::string::npos);
}

}  // namespace epollcheck::scale
