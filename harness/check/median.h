// The median of what was measured in rounds: one slow round (another process, an interrupt) does
// not move it, as it would a mean.

#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace epollcheck {

/// The middle one of `values`, which are not empty; of an even number the upper one.
inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace epollcheck
