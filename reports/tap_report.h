// TAP 14 report (testanything.org): for kernel test harnesses and prove(1).

#pragma once

#include <span>
#include <string>

#include "reports/results.h"

namespace epollcheck {

/// The whole of `results`: version, plan, one test point per case, and a YAML block of diagnostics
/// for each case that did not pass. Skipped and inconclusive cases are `ok ... # SKIP`, because a
/// target is not at fault there; known failures are `not ok ... # TODO`. Each stale expectation is
/// a point that is not ok. A run that was cut short ends with `Bail out!`.
std::string tap_report(const Results& results);

/// The test point of one case, with its diagnostics; `number` counts from 1.
std::string tap_test_point(const CaseResult& result, std::size_t number);

/// The same for several runs: each is a subtest with the name of its target. One run is as above.
std::string tap_report(std::span<const Results> runs);

}  // namespace epollcheck
