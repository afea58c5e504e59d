// Expectations: how each cost may grow, and whether what was found contradicts that.
//
// They are those of Linux, where a wait looks at nothing but the ready list, the interest list is a
// red-black tree, and poll and select read all that they are asked about (fs/eventpoll.c,
// fs/select.c). They are also what a program that chooses epoll counts on.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "stress/scale/figures.h"
#include "stress/scale/growth_statement.h"

namespace epollcheck::scale {

struct SeriesExpectation {
    const char* series;
    const char* cost;     // what is measured, for people
    const char* against;  // what the sizes are
    Growth growth;
};

struct FigureExpectation {
    const char* figure;
    double at_least;
};

/// What contradicts an expectation.
enum class Strictness : std::uint8_t {
    kNone,   // nothing: costs are only stated
    kBound,  // growth that is worse
    kExact,  // any other growth
};

enum class Verdict : std::uint8_t { kAsExpected, kContradicts, kUnclear, kNotJudged };

/// "as expected", "contradicts", "unclear", "not judged".
const char* verdict_name(Verdict verdict);

/// All series, in the order in which they are shown.
std::span<const SeriesExpectation> series_expectations();
/// The expectation of a figure, or null.
const FigureExpectation* figure_expectation(const std::string& name);

/// Growth that is stronger than expected, but by less than this factor over all sizes, is put down
/// to caches and to noise that no statistics took out.
inline constexpr double kToleratedGrowth = 1.5;

Verdict judge(const SeriesExpectation& expected, const Statement& statement, Strictness strictness);
Verdict judge(const FigureExpectation& expected, const ScaleFigure& figure, Strictness strictness);

}  // namespace epollcheck::scale
