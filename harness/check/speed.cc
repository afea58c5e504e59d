// Speed. See speed.h.

#include "harness/check/speed.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>

#include "harness/check/calibrate.h"
#include "harness/check/median.h"
#include "harness/program/parser.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

/// run_bare makes the same calls by hand.
constexpr const char* kBenchmarkProgram = R"(
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
pipe2([r, w], O_NONBLOCK)
epoll_ctl(ep, ADD, e, {IN|ET, 1})
epoll_ctl(ep, ADD, r, {IN, 2})
write(e, {1})
epoll_wait(ep, 16, 0)
read(e, u64)
write(w, 100)
epoll_wait(ep, 16, 0)
read(r, 100)
epoll_wait(ep, 16, 0)
epoll_ctl(ep, MOD, e, {IN|OUT, 3})
write(e, {1})
epoll_wait(ep, 16, 0)
epoll_ctl(ep, DEL, e, NULL)
close(e)
close(ep)
)";
constexpr int kProgramsPerRound = 500;

/// The system calls of kBenchmarkProgram, and the closing of what it leaves open. Returns a sum of
/// the answers, so that no call can be left out.
long run_bare() {
    static char buffer[100];
    epoll_event events[16];
    std::uint64_t number = 1;
    long sum = 0;
    const int ep = epoll_create1(0);
    const int e = eventfd(0, EFD_NONBLOCK);
    int ends[2];
    sum += pipe2(ends, O_NONBLOCK);
    epoll_event interest{EPOLLIN | EPOLLET, {.u64 = 1}};
    sum += epoll_ctl(ep, EPOLL_CTL_ADD, e, &interest);
    interest = {EPOLLIN, {.u64 = 2}};
    sum += epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &interest);
    sum += write(e, &number, sizeof number);
    sum += epoll_wait(ep, events, 16, 0);
    sum += read(e, &number, sizeof number);
    sum += write(ends[1], buffer, sizeof buffer);
    sum += epoll_wait(ep, events, 16, 0);
    sum += read(ends[0], buffer, sizeof buffer);
    sum += epoll_wait(ep, events, 16, 0);
    interest = {EPOLLIN | EPOLLOUT, {.u64 = 3}};
    sum += epoll_ctl(ep, EPOLL_CTL_MOD, e, &interest);
    sum += write(e, &number, sizeof number);
    sum += epoll_wait(ep, events, 16, 0);
    sum += epoll_ctl(ep, EPOLL_CTL_DEL, e, nullptr);
    sum += close(e) + close(ep) + close(ends[0]) + close(ends[1]);
    return sum;
}

/// Seconds that kProgramsPerRound calls of `work` take.
template <class Work>
double seconds_of_round(Work work) {
    const auto start = Clock::now();
    for (int i = 0; i < kProgramsPerRound; ++i) {
        work();
    }
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Program benchmark_program() {
    return std::get<Program>(parse_program(kBenchmarkProgram, "benchmark program"));
}

std::optional<HarnessError> measure_speed(const Workbench& bench, int rounds,
                                          std::vector<Figure>& figures) {
    const Program program = benchmark_program();
    const int handles = static_cast<int>(program.handles.size());
    Trace trace;
    if (auto error = bench.target.run(program.operations, handles, trace)) {
        return error;
    }
    if (!bench.judge.conforms(program.operations, trace)) {
        return HarnessError{"the benchmark program deviates here: run `epollcheck run` first"};
    }
    std::vector<double> ratios;
    std::vector<double> bare_rounds;
    std::vector<double> judged_rounds;
    std::vector<double> judge_rounds;
    volatile long checksum = 0;
    volatile bool all_conform = true;
    for (int round = 0; round < rounds; ++round) {
        const double bare = seconds_of_round([&] { checksum = checksum + run_bare(); });
        const double judged = seconds_of_round([&] {
            bench.target.run(program.operations, handles, trace);
            all_conform = all_conform && bench.judge.conforms(program.operations, trace);
        });
        const double judge = seconds_of_round(
            [&] { all_conform = all_conform && bench.judge.conforms(program.operations, trace); });
        bare_rounds.push_back(bare);
        judged_rounds.push_back(judged);
        judge_rounds.push_back(judge);
        ratios.push_back(bare / judged);
    }
    if (!all_conform) {
        return HarnessError{"the benchmark program deviated in one of its runs"};
    }
    const auto operations = static_cast<double>(program.operations.size());
    figures.push_back({"bare_programs_per_second", kProgramsPerRound / median(bare_rounds), "1/s"});
    figures.push_back(
        {"judged_programs_per_second", kProgramsPerRound / median(judged_rounds), "1/s"});
    figures.push_back({"judged_over_bare_ratio", median(ratios), "1"});
    figures.push_back({"judge_ns_per_operation",
                       median(judge_rounds) / kProgramsPerRound / operations * 1e9, "ns"});
    return std::nullopt;
}

}  // namespace epollcheck
