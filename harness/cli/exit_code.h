// Exit codes of every verb, so that scripts can tell what happened without reading.

#pragma once

namespace epollcheck::exit_code {

inline constexpr int kConforms = 0;
inline constexpr int kDeviation = 1;        // two of expectation, model and target disagree
inline constexpr int kUsage = 2;            // options or input files that make no sense
inline constexpr int kNothingSelected = 4;  // no case, or no program, fits
inline constexpr int kInconclusive = 5;     // nothing deviates, but not everything could be judged
inline constexpr int kOwnFault = 70;        // epollcheck, or the machine, could not do its part
inline constexpr int kInterrupted = 130;    // stopped by Ctrl-C, after keeping the results

}  // namespace epollcheck::exit_code
