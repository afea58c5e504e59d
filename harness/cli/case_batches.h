// Case batches: cases run many at a time and are judged one at a time.
//
// A target behind a pipe costs a round trip for each request, so the programs of the next cases go
// to it together with the one that is asked for.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "conformance/case_suite.h"
#include "harness/check/finding.h"
#include "reports/results.h"

namespace epollcheck {

class CaseBatches {
public:
    /// `cases` is the order in which results are asked for. All references outlive the batches.
    CaseBatches(const Workbench& bench, Tier strictest, std::span<const Case* const> cases)
        : bench_(bench), strictest_(strictest), cases_(cases) {}

    /// The result of the next case, which is `test_case`.
    CaseResult next(const Case& test_case);

private:
    void run_ahead();

    const Workbench& bench_;
    Tier strictest_;
    std::span<const Case* const> cases_;
    std::size_t next_ = 0;          // index of the next case
    std::vector<ProgramRun> runs_;  // of the next cases that are not skipped, last one first
    std::int64_t duration_us_ = 0;  // of one of them, on average
};

}  // namespace epollcheck
