// Rounds. See rounds.h.

#include "stress/scale/rounds.h"

#include <algorithm>
#include <numeric>

#include "stress/scale/statistics.h"

namespace epollcheck::scale {

namespace {

constexpr int kMostCalls = 1 << 16;
constexpr std::uint64_t kSeed = 3;

/// How many calls of a cell take long enough to be measured.
int calls_for(const Cell& cell, double nanoseconds) {
    int calls = 1;
    while (cell.measure(calls) < nanoseconds && calls < kMostCalls) {
        calls *= 2;
    }
    return calls;
}

/// A round into `costs`. False if it was cut short.
bool measure_round(const std::vector<Cell>& cells, const std::vector<int>& calls,
                   const std::vector<std::size_t>& order, const RoundLimits& limits,
                   std::vector<double>& costs) {
    for (const std::size_t index : order) {
        if (limits.enough()) {
            return false;
        }
        costs[index] = cells[index].measure(calls[index]) / calls[index];
    }
    return true;
}

void keep_round(const std::vector<Cell>& cells, const std::vector<double>& costs,
                std::vector<Series>& series) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto own = std::find_if(series.begin(), series.end(), [&](const Series& one) {
            return one.name == cells[i].series;
        });
        const auto point =
            std::find_if(own->points.begin(), own->points.end(),
                         [&](const Point& one) { return one.size == cells[i].size; });
        point->costs.push_back(costs[i]);
    }
}

std::vector<Series> empty_series(const std::vector<Cell>& cells) {
    std::vector<Series> series;
    for (const Cell& cell : cells) {
        if (series.empty() || series.back().name != cell.series) {
            series.push_back({cell.series, {}});
        }
        series.back().points.push_back({cell.size, {}});
    }
    return series;
}

}  // namespace

std::vector<Series> measure_rounds(const std::vector<Cell>& cells, const RoundLimits& limits) {
    std::vector<Series> series = empty_series(cells);
    std::vector<int> calls;
    for (const Cell& cell : cells) {
        if (limits.enough()) {
            return series;
        }
        calls.push_back(calls_for(cell, limits.nanoseconds));
    }
    std::vector<std::size_t> order(cells.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random random(kSeed);
    std::vector<double> costs(cells.size());
    for (int round = 0; round < limits.rounds; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        if (!measure_round(cells, calls, order, limits, costs)) {
            break;
        }
        keep_round(cells, costs, series);
        limits.progress(round + 1);
    }
    return series;
}

}  // namespace epollcheck::scale
