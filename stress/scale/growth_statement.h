// Growth statement: what can be said of a series of costs without saying too much.
//
// A statement accuses somebody, so it needs more than the best of three fits: it has to be the same
// for the medians and for the quickest quarter of the rounds (noise only adds time), for nearly all
// resamples of the rounds, and the best model has to fit. Else it is `unclear`, with the reason.

#pragma once

#include <string>
#include <vector>

#include "stress/scale/growth_fit.h"
#include "stress/scale/statistics.h"

namespace epollcheck::scale {

/// What was measured at one size: the cost in each round.
struct Point {
    double size = 0;
    std::vector<double> costs;
};

struct Statement {
    Growth growth = Growth::kUnclear;
    Growth at_most = Growth::kUnclear;  // even if unclear, it is surely not more than this
    std::string reason;                 // why it is unclear, else ""
    Fit fit;                            // of the model that was stated, or fits best
    Estimate factor;                    // how much dearer the largest size is than the smallest
};

/// Costs that grow by less than this factor over all sizes are called flat.
inline constexpr double kNoticeableGrowth = 1.1;

/// Nanoseconds. A loop over all elements takes longer for each, so a smaller slope is no such loop
/// but the growth of something else, as caches that fill up.
inline constexpr double kLeastPerElement = 0.05;

/// `points` in rising order of size, each with a cost in ns of the same rounds in the same order.
Statement state_growth(const std::vector<Point>& points);

}  // namespace epollcheck::scale
