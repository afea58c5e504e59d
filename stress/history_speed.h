// What searching for explanations of concurrent histories costs.

#pragma once

#include <vector>

#include "harness/check/speed.h"
#include "stress/campaign.h"

namespace epollcheck {

/// Appends operations per second of the search on histories of registers (those that other checkers
/// are measured on: several processes, long, linearizable); and histories per second of programs of
/// threads, run by `run` and judged by `judge`, each for itself. Medians of `rounds`.
std::optional<HarnessError> measure_histories(const ConcurrentRunner& run, HistoryJudge& judge,
                                              int rounds, std::vector<Figure>& figures);

}  // namespace epollcheck
