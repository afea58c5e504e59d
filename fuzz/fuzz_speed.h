// What guidance costs: programs that were mutated, run, judged and counted, against random ones.

#pragma once

#include <vector>

#include "harness/check/speed.h"

namespace epollcheck {

/// Appends programs per second of the guided way, from the bytes of a seed to its feedback; that as
/// a part of what random programs do; and its operations as a part of those of bare calls, if their
/// figure is among `figures`. Medians of `rounds` rounds, in which the two take turns.
std::optional<HarnessError> measure_fuzzing(const Workbench& bench, int rounds,
                                            std::vector<Figure>& figures);

}  // namespace epollcheck
