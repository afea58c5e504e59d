// Speed of a target. See target_speed.h.

#include "harness/check/target_speed.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "harness/check/median.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

/// A batch of the same program on one bench.
class Batch {
public:
    Batch(const Workbench& bench, const Program& program, std::size_t count, Tier strictest)
        : bench_(bench),
          strictest_(strictest),
          programs_(count, {program.operations, static_cast<int>(program.handles.size())}),
          runs_(count) {}

    struct Cost {
        double seconds = 0;
        double waited_seconds = 0;   // of it, for the target
        double working_seconds = 0;  // of it, our own processor time
    };

    /// Runs and judges all of them.
    Cost run() {
        const auto start = Clock::now();
        const auto waited = bench_.target.waited();
        const std::clock_t worked = std::clock();
        bench_.target.run_batch(programs_, runs_);
        for (const ProgramRun& run : runs_) {
            judge(run);
        }
        return {std::chrono::duration<double>(Clock::now() - start).count(),
                std::chrono::duration<double>(bench_.target.waited() - waited).count(),
                static_cast<double>(std::clock() - worked) / CLOCKS_PER_SEC};
    }

    /// What went wrong in any run.
    [[nodiscard]] const std::optional<HarnessError>& error() const { return error_; }

private:
    void judge(const ProgramRun& run) {
        if (run.error) {
            error_ = run.error;
            return;
        }
        const auto operations = programs_.front().operations;
        const bool conforms =
            bench_.judge.conforms(operations, run.trace) ||
            bench_.judge.judge(operations, run.trace, strictest_).verdict == Verdict::kConforms;
        if (!conforms) {
            error_ = HarnessError{
                "the benchmark program deviates there, so its speed says nothing: `epollcheck run` "
                "shows what is wrong"};
        }
    }

    const Workbench& bench_;
    Tier strictest_;
    std::vector<ProgramToRun> programs_;
    std::vector<ProgramRun> runs_;
    std::optional<HarnessError> error_;
};

}  // namespace

std::optional<HarnessError> measure_target_speed(const std::string& name, const Workbench& there,
                                                 const Workbench& here, Tier strictest, int rounds,
                                                 std::vector<Figure>& figures) {
    const Program program = benchmark_program();
    const std::size_t count = there.target.batch_size();
    Batch remote(there, program, count, strictest);
    Batch local(here, program, count, Tier::kExact);
    remote.run();  // the first one starts what is started when it is needed
    local.run();
    std::vector<double> ratios;
    std::vector<double> seconds;
    std::vector<double> target_shares;
    std::vector<double> own_shares;
    for (int round = 0; round < rounds; ++round) {
        const double in_process = local.run().seconds;
        const auto [end_to_end, waited, worked] = remote.run();
        ratios.push_back(in_process / end_to_end);
        seconds.push_back(end_to_end);
        target_shares.push_back(waited / end_to_end);
        own_shares.push_back(worked / end_to_end);
    }
    for (const Batch* batch : {&remote, &local}) {
        if (batch->error()) {
            return batch->error();
        }
    }
    figures.push_back({fmt::format("{}_programs_per_second", name),
                       static_cast<double>(count) / median(seconds), "1/s"});
    figures.push_back({fmt::format("{}_over_in_process_ratio", name), median(ratios), "1"});
    figures.push_back({fmt::format("{}_target_share", name), median(target_shares), "1"});
    figures.push_back({fmt::format("{}_harness_share", name), median(own_shares), "1"});
    return std::nullopt;
}

}  // namespace epollcheck
