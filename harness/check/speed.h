// Speed: what running and judging a program costs beyond its bare system calls.
//
// Machines are shared and noisy, so nothing is compared with a number from another run: the bare
// loop and the judged loop take turns in short rounds, and the figures are medians over the rounds.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/check/finding.h"

namespace epollcheck {

struct Figure {
    std::string name;  // stable, for machines
    double value = 0;
    std::string unit;
};

/// The program that is measured: 18 operations of the usual kinds.
Program benchmark_program();

/// Measures `rounds` rounds. An error if the benchmark program does not conform here, because then
/// its figures would say nothing.
std::optional<HarnessError> measure_speed(const Workbench& bench, int rounds,
                                          std::vector<Figure>& figures);

}  // namespace epollcheck
