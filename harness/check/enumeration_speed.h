// Speed of the enumeration, compared with the same system calls in a bare loop.

#pragma once

#include "harness/check/speed.h"

namespace epollcheck {

/// Measures `rounds` rounds of programs of six operations: `enumerated_programs_per_second`, and
/// `enumerate_over_bare_ratio`. An error if a program does not conform here.
std::optional<HarnessError> measure_enumeration(const Workbench& bench, int rounds,
                                                std::vector<Figure>& figures);

}  // namespace epollcheck
