// Scale: what epoll costs, and how the costs grow. `epollcheck stress scale` is made of this.
//
// Costs are processor time, all sizes of all series are measured in turns (rounds.h), and what is
// said about growth is cautious (growth_statement.h). What is measured is the epoll behind the
// table of calls (harness/executor/calls.h).

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/executor/harness_error.h"
#include "stress/scale/expectations.h"

namespace epollcheck::scale {

struct ScaleOptions {
    double seconds = 30;              // all of it
    int rounds = 400;                 // at most, if there is time
    std::size_t largest = 1'000'000;  // watches
    Strictness strictness = Strictness::kBound;
    /// False for an epoll in user space, which has no memory in the kernel, is not woken by it and
    /// may know files by nothing but their numbers. poll and select are the kernel's.
    bool is_kernel = true;
    std::function<bool()> interrupted = [] { return false; };
    /// Called with what is being done.
    std::function<void(const std::string&)> progress = [](const std::string&) {};
};

struct SeriesResult {
    const SeriesExpectation* expected = nullptr;
    Series series;
    Statement statement;
    Verdict verdict = Verdict::kNotJudged;
};

struct FigureResult {
    ScaleFigure figure;
    const FigureExpectation* expected = nullptr;  // null: it is only stated
    Verdict verdict = Verdict::kNotJudged;
};

struct ScaleResult {
    std::vector<SeriesResult> series;
    std::vector<FigureResult> figures;
    std::vector<std::string> notes;
    int rounds = 0;
    double seconds = 0;
    bool interrupted = false;  // what was measured until then is here

    /// The worst verdict: contradicts, unclear, or as expected.
    [[nodiscard]] Verdict verdict() const;
};

/// Measures and judges. An error if something was answered that makes measuring impossible.
std::variant<ScaleResult, HarnessError> measure_scale(const ScaleOptions& options);

}  // namespace epollcheck::scale
