// Scale. See scale.h.

#include "stress/scale/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "stress/scale/cells.h"

namespace epollcheck::scale {

namespace {

// Parts of the time. What filling does not need is left for the rounds; the last part is for
// closing a million watches, and for the statistics.
constexpr double kEndOfFilling = 0.4;
constexpr double kEndOfRounds = 0.8;
constexpr double kEndOfLatency = 0.88;
constexpr double kEndOfLateness = 0.9;

constexpr int kWakesPerRound = 50;
constexpr int kTimeoutsPerRound = 5;
/// Of harvests, of fairness and of the process itself.
constexpr std::size_t kOtherDescriptors = 400;

constexpr const char* kHarvestSeries = "harvest";  // from which the events per second come

/// The time that is left.
class Budget {
public:
    explicit Budget(const ScaleOptions& options) : options_(options) {}

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    /// Tells whether this part of the time is over.
    [[nodiscard]] std::function<bool()> until(double part) const {
        return
            [this, part] { return options_.interrupted() || seconds() >= part * options_.seconds; };
    }

private:
    const ScaleOptions& options_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<Cell> make_cells(const IdleWatches& watches, bool is_kernel) {
    std::vector<Cell> cells;
    add_wait_cells(watches, cells);
    if (is_kernel) {
        add_poll_cells(watches, cells);
        add_select_cells(watches, cells);
    }
    add_control_cells(watches, cells);
    if (is_kernel) {
        const std::size_t spare = watches.spare_descriptors();
        add_wake_cells(spare - std::min(spare, kOtherDescriptors), cells);
    }
    add_harvest_cells(cells);
    return cells;
}

/// What was measured, before anybody thought about it: thinking takes time, too.
struct Measured {
    std::vector<Series> series;
    std::vector<ScaleFigure> figures;
};

Measured measure_all(const ScaleOptions& options, const Budget& budget, ScaleResult& result) {
    Measured measured;
    options.progress("filling interest lists");
    const IdleWatches watches({options.largest, options.is_kernel, budget.until(kEndOfFilling)});
    result.notes = watches.notes();
    const std::vector<Cell> cells = make_cells(watches, options.is_kernel);
    RoundLimits limits;
    limits.rounds = options.rounds;
    limits.enough = budget.until(kEndOfRounds);
    limits.progress = [&](int rounds) {
        result.rounds = rounds;
        options.progress(fmt::format("round {} of {} measurements", rounds, cells.size()));
    };
    measured.series = measure_rounds(cells, limits);
    if (options.is_kernel) {
        add_memory(watches.bytes_per_watch(), measured.figures);
    }
    if (!options.interrupted()) {
        options.progress("fairness and latency");
        add_fairness(measured.figures);
        add_wake_latency(options.rounds * kWakesPerRound, budget.until(kEndOfLatency),
                         measured.figures);
        add_timeout_lateness(options.rounds * kTimeoutsPerRound, budget.until(kEndOfLateness),
                             measured.figures);
    }
    result.interrupted = options.interrupted();
    return measured;
}

void judge_series(const Series& series, Strictness strictness, ScaleResult& result) {
    for (const SeriesExpectation& expected : series_expectations()) {
        if (series.name == expected.series) {
            const Statement statement = state_growth(series.points);
            result.series.push_back(
                {&expected, series, statement, judge(expected, statement, strictness)});
        }
    }
}

void judge_figure(const ScaleFigure& figure, Strictness strictness, ScaleResult& result) {
    const FigureExpectation* const expected = figure_expectation(figure.name);
    const Verdict verdict =
        expected != nullptr ? judge(*expected, figure, strictness) : Verdict::kNotJudged;
    result.figures.push_back({figure, expected, verdict});
}

void measure_and_judge(const ScaleOptions& options, ScaleResult& result) {
    const Budget budget(options);
    Measured measured = measure_all(options, budget, result);
    options.progress("fitting");
    for (const Series& series : measured.series) {
        judge_series(series, options.strictness, result);
        if (series.name == kHarvestSeries) {
            add_throughput(series, measured.figures);
        }
    }
    for (const ScaleFigure& figure : measured.figures) {
        judge_figure(figure, options.strictness, result);
    }
    result.seconds = budget.seconds();
}

}  // namespace

Verdict ScaleResult::verdict() const {
    const auto any = [this](Verdict wanted) {
        return std::any_of(series.begin(), series.end(),
                           [&](const SeriesResult& one) { return one.verdict == wanted; }) ||
               std::any_of(figures.begin(), figures.end(),
                           [&](const FigureResult& one) { return one.verdict == wanted; });
    };
    return any(Verdict::kContradicts) ? Verdict::kContradicts
           : any(Verdict::kUnclear)   ? Verdict::kUnclear
                                      : Verdict::kAsExpected;
}

std::variant<ScaleResult, HarnessError> measure_scale(const ScaleOptions& options) {
    ScaleResult result;
    try {
        measure_and_judge(options, result);
    } catch (const ScaleError& error) {
        return HarnessError{error.what()};
    }
    return result;
}

}  // namespace epollcheck::scale
