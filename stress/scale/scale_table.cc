// The tables of scale results. See scale_text.h.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "stress/scale/scale_text.h"

namespace epollcheck::scale {

namespace {

/// Half of a confidence interval as a part of the value, like "±3%"; "" if there is no value.
std::string width_text(const Estimate& estimate) {
    if (estimate.value <= 0) {
        return "";
    }
    return fmt::format("±{:.0f}%", (estimate.high - estimate.low) / 2 / estimate.value * 100);
}

/// A cost in ns with three digits, in a unit that people can read.
std::string cost_text(double cost_ns) {
    return cost_ns < 9'999.5     ? fmt::format("{:.0f} ns", cost_ns)
           : cost_ns < 9'999'500 ? fmt::format("{:.0f} us", cost_ns / 1e3)
                                 : fmt::format("{:.0f} ms", cost_ns / 1e6);
}

/// A row per size, a column per series.
std::string costs_table(const ScaleResult& result) {
    std::map<double, std::map<std::string, std::string>> rows;
    std::string text = fmt::format("{:>9}", "size");
    for (const SeriesResult& one : result.series) {
        text += fmt::format("{:>14}", one.series.name);
        for (const Point& point : one.series.points) {
            if (!point.costs.empty()) {
                const Estimate cost = estimate_quantile(point.costs, 0.5);
                rows[point.size][one.series.name] =
                    fmt::format("{} {:>4}", cost_text(cost.value), width_text(cost));
            }
        }
    }
    text += "\n";
    for (auto& [size, cells] : rows) {
        std::string line = fmt::format("{:>9.0f}", size);
        for (const SeriesResult& one : result.series) {
            line += fmt::format("{:>14}", cells[one.series.name]);
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

std::string statements_table(const ScaleResult& result) {
    std::string text = fmt::format("{:<8}{:<28}{:<14}{:>18}  {:<12} {:<12} {}\n", "series", "cost",
                                   "against", "largest/smallest", "stated", "expected", "verdict");
    for (const SeriesResult& one : result.series) {
        const Estimate& factor = one.statement.factor;
        text += fmt::format(
            "{:<8}{:<28}{:<14}{:>18}  {:<12} {:<12} {}\n", one.series.name, one.expected->cost,
            one.expected->against,
            factor.value <= 0 ? "" : fmt::format("{:.2f} {:>4}", factor.value, width_text(factor)),
            growth_name(one.statement.growth), growth_name(one.expected->growth),
            verdict_name(one.verdict));
        if (!one.statement.reason.empty()) {
            text += fmt::format("        unclear, because {}\n", one.statement.reason);
        }
    }
    return text;
}

std::string figures_table(const ScaleResult& result) {
    std::string text;
    for (const FigureResult& one : result.figures) {
        const ScaleFigure& figure = one.figure;
        const int digits = figure.value.value < 100 ? 2 : 0;
        text += fmt::format("{:<22}{:>12.{}f} {:<4}{:>5}  {}{}\n", figure.name, figure.value.value,
                            digits, figure.unit, width_text(figure.value), figure.note,
                            one.expected == nullptr
                                ? ""
                                : fmt::format("; at least {}: {}", one.expected->at_least,
                                              verdict_name(one.verdict)));
    }
    return text;
}

}  // namespace

std::string scale_table(const ScaleHeader& header, const ScaleResult& result) {
    std::string text = fmt::format(
        "{}: {}\n{} rounds in {:.1f} s; costs are medians of processor "
        "time with half of their 95% interval\n",
        header.target, header.kernel, result.rounds, result.seconds);
    for (const std::string& note : result.notes) {
        text += fmt::format("note: {}\n", note);
    }
    if (result.interrupted) {
        text += "note: interrupted, so less was measured than was asked for\n";
    }
    return text + "\n" + costs_table(result) + "\n" + statements_table(result) + "\n" +
           figures_table(result);
}

}  // namespace epollcheck::scale
