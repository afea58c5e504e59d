// What searching for explanations of concurrent histories costs. See history_speed.h.

#include "stress/history_speed.h"

#include <algorithm>
#include <chrono>

#include "stress/history/history_text.h"
#include "stress/history/register_model.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// A linearizable history: each call takes effect at some place between its beginning and its end.
RegisterHistory random_history(Random& random, int operations) {
    constexpr int kProcesses = 4;
    constexpr std::uint64_t kStride = 10;
    RegisterHistory history;
    std::optional<std::int64_t> value;
    std::uint64_t free_from[kProcesses] = {};
    for (int i = 0; i < operations; ++i) {
        const auto process = static_cast<int>(random.below(kProcesses));
        const std::uint64_t effect = static_cast<std::uint64_t>(i + 4) * kStride;
        RegisterOperation operation;
        if (random.chance(50)) {
            operation.kind = RegisterOperation::Kind::kWrite;
            value = random.below(5);
        }
        operation.value = value;
        const std::uint64_t begin =
            std::max(free_from[process], effect - random.below(3 * kStride));
        const std::uint64_t end = effect + 1 + random.below(kStride / 2);
        free_from[process] = end + 1;
        history.push_back({operation, process, begin, end});
    }
    return history;
}

double linearized_per_second(Random& random) {
    constexpr int kOperations = 400;
    const RegisterHistory history = random_history(random, kOperations);
    const RegisterModel model;
    const auto start = Clock::now();
    const auto result = LinearizabilitySearch<RegisterModel>(model, history).run();
    const double seconds = seconds_since(start);
    const bool right = result.verdict == LinearizabilityResult::Verdict::kLinearizable;
    return right ? kOperations / seconds : 0;
}

}  // namespace

std::optional<HarnessError> measure_histories(const ConcurrentRunner& run, HistoryJudge& judge,
                                              int rounds, std::vector<Figure>& figures) {
    constexpr int kRunsPerRound = 50;
    const Scenario& scenario =
        *std::ranges::find(embedded_scenarios(), "oneshot-workers", &Scenario::name);
    const Program program = scenario_program(scenario, 0);
    Random random(1);
    std::vector<double> linearized;
    std::vector<double> ran;
    std::vector<double> judged;
    for (int round = 0; round < rounds; ++round) {
        linearized.push_back(linearized_per_second(random));
        std::vector<ConcurrentTrace> traces(kRunsPerRound);
        const auto start = Clock::now();
        for (ConcurrentTrace& trace : traces) {
            if (auto error = run(program, {random.next(), 0}, trace)) {
                return error;
            }
        }
        ran.push_back(kRunsPerRound / seconds_since(start));
        const auto judging = Clock::now();
        for (const ConcurrentTrace& trace : traces) {
            judge.judge(program.operations, static_cast<int>(program.handles.size()), trace);
        }
        judged.push_back(kRunsPerRound / seconds_since(judging));
    }
    figures.push_back({"linearized_operations", median(linearized), "1/s"});
    figures.push_back({"run_histories", median(ran), "1/s"});
    figures.push_back({"judged_histories", median(judged), "1/s"});
    return std::nullopt;
}

}  // namespace epollcheck
