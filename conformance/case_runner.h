// Case runner: one conformance case from its program to its result.
//
// The case is run with the executor, its trace judged, and the three of expectation, model and
// target compared pair by pair. What the machine or the harness cannot do is an error or a skip,
// never a deviation.

#pragma once

#include "conformance/case_suite.h"
#include "harness/check/judge.h"
#include "harness/executor/executor.h"
#include "reports/results.h"

namespace epollcheck {

/// What cases run on. All references outlive the runner.
struct CaseBench {
    Executor& executor;
    Judge& judge;
    Calibration& calibration;      // the one that `judge` uses; charges are added as needed
    Tier strictest = Tier::kExact;  // tier up to which traces are judged
};

/// Runs one program and reports about it. The program's header names it; a program without a header
/// is judged all the same.
CaseResult run_case(const Program& program, const CaseBench& bench);

}  // namespace epollcheck
