// Concurrent cases: a case of several threads, run once and judged by a search for an order of its
// calls (stress/history).
//
// Such a case says with await and resume what happens when, so one run is as good as many. What is
// written down is compared with the answers as everywhere; the model answers through the search.

#pragma once

#include "harness/check/finding.h"
#include "model/vocabulary/concurrent_trace.h"
#include "reports/results.h"

namespace epollcheck {

/// Completes `result` with what `trace`, an answer to `program`, is worth.
void judge_concurrent_run(CaseResult& result, const Program& program, const Workbench& bench,
                          Tier strictest, const ConcurrentTrace& trace);

}  // namespace epollcheck
