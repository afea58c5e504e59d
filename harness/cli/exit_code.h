// Exit codes of every verb, so that scripts can tell what happened without reading.

#pragma once

#include <algorithm>
#include <iterator>

namespace epollcheck::exit_code {

inline constexpr int kConforms = 0;
inline constexpr int kDeviation = 1;        // two of expectation, model and target disagree
inline constexpr int kUsage = 2;            // options or input files that make no sense
inline constexpr int kStale = 3;            // a deviation that was expected did not happen
inline constexpr int kNothingSelected = 4;  // no case, or no program, fits
inline constexpr int kInconclusive = 5;     // nothing deviates, but not everything could be judged
inline constexpr int kOwnFault = 70;        // epollcheck, or the machine, could not do its part
inline constexpr int kInterrupted = 130;    // stopped by Ctrl-C, after keeping the results

/// Of two runs the exit code that says more: what a person has to look at first. A fault of our own
/// comes before a deviation, that before a stale expectation, and that before doubt.
inline int worse(int left, int right) {
    constexpr int kOrder[] = {kConforms,  kInconclusive, kNothingSelected, kStale,
                              kDeviation, kUsage,        kOwnFault,        kInterrupted};
    const auto rank = [&](int code) { return std::find(kOrder, std::end(kOrder), code) - kOrder; };
    return rank(left) < rank(right) ? right : left;
}

}  // namespace epollcheck::exit_code
