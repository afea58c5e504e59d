// Rounds: all cells are measured once in each round, in an order that is drawn anew.
//
// So whatever disturbs the machine for a while disturbs all sizes alike, and cannot look like
// growth. Only whole rounds count.

#pragma once

#include <functional>
#include <vector>

#include "stress/scale/cells.h"
#include "stress/scale/growth_statement.h"

namespace epollcheck::scale {

struct RoundLimits {
    /// Asked before each measurement; true ends the measuring.
    std::function<bool()> enough;
    /// Called after each round with their number.
    std::function<void(int rounds)> progress;
    int rounds = 1;                // at most
    double nanoseconds = 300'000;  // that a measurement should take at least
};

/// One series with the cost per call in ns of each round.
struct Series {
    std::string name;
    std::vector<Point> points;  // in rising order of size
};

/// Measures. The series are in order of their first cell.
std::vector<Series> measure_rounds(const std::vector<Cell>& cells, const RoundLimits& limits);

}  // namespace epollcheck::scale
