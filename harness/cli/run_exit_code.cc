// The exit code of a run. See run_exit_code.h.

#include "harness/cli/run_exit_code.h"

#include "harness/cli/exit_code.h"

namespace epollcheck {

int exit_code_of(const RunSummary& summary) {
    if (summary.interrupted) {
        return exit_code::kInterrupted;
    }
    if (summary.count(CaseStatus::kError) > 0) {
        return exit_code::kOwnFault;
    }
    if (summary.count(CaseStatus::kFailed) + summary.count(CaseStatus::kCrashed) >
        summary.expected) {
        return exit_code::kDeviation;
    }
    if (summary.stale > 0) {
        return exit_code::kStale;
    }
    const bool judged_all = summary.count(CaseStatus::kInconclusive) == 0 &&
                            summary.count(CaseStatus::kPassed) + summary.expected > 0;
    return judged_all ? exit_code::kConforms : exit_code::kInconclusive;
}

}  // namespace epollcheck
