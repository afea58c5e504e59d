// Self-test: the conformance cases that the executor carries, run and judged without a host.
//
// The report is TAP 14, which test harnesses of kernels read, one test point per case as soon as it
// is known; a case that does not pass shows its program, what was observed, what is allowed and the
// rules that say so. Cases run in a worker process: one that hangs or dies fails, and the next ones
// get a new worker. Where no process can be forked they run in this one.

#pragma once

#include <string>

#include "model/vocabulary/tier.h"

namespace epollcheck {

struct SelfTestOptions {
    Tier strictest = Tier::kExact;  // the tier up to which answers are judged
    std::string profile = "auto";   // of a kernel; auto: found out by probing
    std::string selection;          // only cases whose id has this in it; empty: all
    int patience_ms = 60'000;       // a worker that is silent for so long hangs
};

/// Exit code: 0 if no case failed, 1 if one did, 2 for options that make no sense, 4 if no case was
/// selected.
int run_self_test(const SelfTestOptions& options);

}  // namespace epollcheck
