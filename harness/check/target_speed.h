// Speed of a target: programs per second from end to end, and how much of that time we wait for it.
//
// The same programs are run and judged in batches on the target and on the kernel below this
// process, in turns of short rounds, so the ratio of the two says what the way there costs.

#pragma once

#include "harness/check/speed.h"

namespace epollcheck {

/// Measures `rounds` rounds on the target of `there`, called `name` in the figures, and on that of
/// `here`. An error if the benchmark program does not conform on one of them at tier `strictest`.
std::optional<HarnessError> measure_target_speed(const std::string& name, const Workbench& there,
                                                 const Workbench& here, Tier strictest, int rounds,
                                                 std::vector<Figure>& figures);

}  // namespace epollcheck
