// Case runner: one conformance case from its program to its result.
//
// The case is run with the executor, its trace judged, and the three of expectation, model and
// target compared pair by pair. What the machine or the harness cannot do is an error or a skip,
// never a deviation.

#pragma once

#include "harness/check/finding.h"
#include "reports/results.h"

namespace epollcheck {

/// The record of a case that cannot run on this bench or with these options, or nothing.
std::optional<CaseResult> skip_case(const Program& program, const Workbench& bench, Tier strictest);

/// Judges what a run of `program` on the bench gave, up to tier `strictest`, and reports about it.
CaseResult judge_case(const Program& program, const Workbench& bench, Tier strictest,
                      const ProgramRun& run);

/// Runs `program` on the bench, judges it up to tier `strictest` and reports about it. Its header
/// names it; a program without a header is judged all the same. `trace` gets what was observed, as
/// far as the program came.
CaseResult run_case(const Program& program, const Workbench& bench, Tier strictest, Trace& trace);

}  // namespace epollcheck
