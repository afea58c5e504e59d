// Speed of the enumeration. See enumeration_speed.h.
//
// As in speed.cc the bare loop and the enumeration take turns in short rounds over the same
// programs, and the figures are medians.

#include "harness/check/enumeration_speed.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>

#include "harness/check/enumeration.h"
#include "harness/check/median.h"
#include "harness/program/universe_parser.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

/// BareProgram makes the same calls by hand, by their number.
constexpr const char* kUniverse = R"(
setup:
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
pipe2([r, w], O_NONBLOCK) = 0
operations:
epoll_ctl(ep, ADD, e, {IN, 1})
epoll_ctl(ep, ADD, r, {IN|ET, 2})
epoll_ctl(ep, MOD, e, {IN|ONESHOT, 3})
write(e, {1})
read(e, u64)
write(w, 100)
read(r, 100)
epoll_wait(ep, 16, 0)
)";
constexpr int kLength = 6;
constexpr int kProgramsPerRound = 500;

class BareProgram {
public:
    /// Runs the program with `numbers` and closes what it opened. Returns a sum of the answers, so
    /// that no call can be left out.
    long run(std::span<const OperationNumber> numbers) {
        ep_ = epoll_create1(0);
        e_ = eventfd(0, EFD_NONBLOCK);
        long sum = pipe2(ends_, O_NONBLOCK);
        for (const OperationNumber number : numbers) {
            sum += call(number);
        }
        // One call, as the executor does; their numbers are adjacent.
        return sum + syscall(SYS_close_range, ep_, ends_[1], 0);
    }

private:
    long control(int operation, int fd, std::uint32_t mask, std::uint64_t data) const {
        epoll_event interest{mask, {.u64 = data}};
        return epoll_ctl(ep_, operation, fd, &interest);
    }

    long call(OperationNumber number) {
        std::uint64_t count = 1;
        switch (number) {
            case 0:
                return control(EPOLL_CTL_ADD, e_, EPOLLIN, 1);
            case 1:
                return control(EPOLL_CTL_ADD, ends_[0], EPOLLIN | EPOLLET, 2);
            case 2:
                return control(EPOLL_CTL_MOD, e_, EPOLLIN | EPOLLONESHOT, 3);
            case 3:
                return write(e_, &count, sizeof count);
            case 4:
                return read(e_, &count, sizeof count);
            case 5:
                return write(ends_[1], buffer_, sizeof buffer_);
            case 6:
                return read(ends_[0], buffer_, sizeof buffer_);
            default:
                return epoll_wait(ep_, events_, 16, 0);
        }
    }

    int ep_ = -1;
    int e_ = -1;
    int ends_[2] = {-1, -1};
    char buffer_[100] = {};
    epoll_event events_[16];
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::optional<HarnessError> measure_enumeration(const Workbench& bench, int rounds,
                                                std::vector<Figure>& figures) {
    const auto universe =
        std::get<Universe>(parse_universe(kUniverse, "benchmark", "benchmark universe"));
    if (auto error = calibrate_universe(bench.target, universe, bench.calibration)) {
        return error;
    }
    Enumeration enumeration(universe, kLength, {}, bench);
    Enumerator preview(universe, kLength, {});
    BareProgram bare_program;
    std::vector<OperationNumber> numbers;  // of the programs of one round
    std::vector<double> ratios;
    std::vector<double> enumerated_rounds;
    volatile long checksum = 0;
    for (int round = 0; round < rounds; ++round) {
        numbers.clear();
        for (int i = 0; i < kProgramsPerRound && preview.next(); ++i) {
            numbers.insert(numbers.end(), preview.program().begin(), preview.program().end());
        }
        const auto bare_start = Clock::now();
        for (std::size_t at = 0; at < numbers.size(); at += kLength) {
            checksum = checksum + bare_program.run(std::span(numbers).subspan(at, kLength));
        }
        const double bare = seconds_since(bare_start);
        bool all_conform = true;
        const auto start = Clock::now();
        for (std::size_t at = 0; at < numbers.size(); at += kLength) {
            all_conform = enumeration.step() == Enumeration::Outcome::kConforms && all_conform;
        }
        const double enumerated = seconds_since(start);
        if (!all_conform) {
            return HarnessError{
                "a program of the benchmark universe deviates here: run `epollcheck run` first"};
        }
        ratios.push_back(bare / enumerated);
        enumerated_rounds.push_back(enumerated);
    }
    figures.push_back(
        {"enumerated_programs_per_second", kProgramsPerRound / median(enumerated_rounds), "1/s"});
    figures.push_back({"enumerate_over_bare_ratio", median(ratios), "1"});
    return std::nullopt;
}

}  // namespace epollcheck
