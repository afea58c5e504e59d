// Matrix report: runs of the same cases on several targets, for people.
//
// What each target gave in a line, then topics against targets, then the causes of what deviates
// with the smallest case of each, then the cases that targets answer differently.

#pragma once

#include <span>
#include <string>

#include "reports/results.h"

namespace epollcheck {

/// The whole report. `colour`: with the escape sequences of terminals. A run without a summary was
/// cut short, or could not start.
std::string matrix_report(std::span<const Results> runs, bool colour);

}  // namespace epollcheck
