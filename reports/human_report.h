// Human report: what a person reads at the end of a run. Findings in full, of the cases with the
// same cause the smallest; then one line per topic, why failures are known and cases skipped, which
// expectations are stale, and the totals.

#pragma once

#include <span>
#include <string>

#include "reports/results.h"

namespace epollcheck {

/// The whole report. `colour`: with the escape sequences of terminals.
std::string human_report(const Results& results, bool colour);

/// One report per run; with several, each under the name of its target.
std::string human_report(std::span<const Results> runs, bool colour);

/// One case that did not pass, in full: its program with numbered steps, an arrow at the step, what
/// each tier allows there, what was observed, the rules with their sentences, and who disagrees.
std::string human_case(const CaseResult& result, bool colour);

}  // namespace epollcheck
