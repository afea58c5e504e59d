// Expectations. See expectations.h.

#include "stress/scale/expectations.h"

#include <algorithm>
#include <iterator>

namespace epollcheck::scale {

namespace {

constexpr SeriesExpectation kSeries[] = {
    {"wait", "epoll_wait, one file ready", "idle watches", Growth::kFlat},
    {"poll", "poll, one file ready", "idle files", Growth::kLinear},
    {"select", "select, one file ready", "idle files", Growth::kLinear},
    {"add", "epoll_ctl ADD", "watches", Growth::kLogarithmic},
    {"mod", "epoll_ctl MOD", "watches", Growth::kLogarithmic},
    {"del", "epoll_ctl DEL", "watches", Growth::kLogarithmic},
    {"wake", "write to a watched file", "instances", Growth::kLinear},
};

constexpr FigureExpectation kFigures[] = {
    {"fairness_least_share", 0.5},
};

/// Whatever it is exactly, it is no worse than `bound`.
bool keeps_bound(Growth bound, const Statement& statement) {
    return statement.at_most <= bound ||
           (statement.at_most != Growth::kUnclear && statement.factor.high < kToleratedGrowth);
}

}  // namespace

const char* verdict_name(Verdict verdict) {
    constexpr const char* kNames[] = {"as expected", "contradicts", "unclear", "not judged"};
    return kNames[static_cast<std::size_t>(verdict)];
}

std::span<const SeriesExpectation> series_expectations() { return kSeries; }

const FigureExpectation* figure_expectation(const std::string& name) {
    const auto* const found =
        std::find_if(std::begin(kFigures), std::end(kFigures),
                     [&](const FigureExpectation& expected) { return expected.figure == name; });
    return found != std::end(kFigures) ? found : nullptr;
}

Verdict judge(const SeriesExpectation& expected, const Statement& statement,
              Strictness strictness) {
    if (strictness == Strictness::kNone) {
        return Verdict::kNotJudged;
    }
    if (strictness == Strictness::kBound && keeps_bound(expected.growth, statement)) {
        return Verdict::kAsExpected;
    }
    if (statement.growth == Growth::kUnclear) {
        return Verdict::kUnclear;
    }
    if (statement.growth > expected.growth) {
        return statement.factor.low >= kToleratedGrowth ? Verdict::kContradicts
                                                        : Verdict::kAsExpected;
    }
    return statement.growth == expected.growth ? Verdict::kAsExpected : Verdict::kContradicts;
}

Verdict judge(const FigureExpectation& expected, const ScaleFigure& figure, Strictness strictness) {
    if (strictness == Strictness::kNone) {
        return Verdict::kNotJudged;
    }
    return figure.value.high >= expected.at_least ? Verdict::kAsExpected : Verdict::kContradicts;
}

}  // namespace epollcheck::scale
