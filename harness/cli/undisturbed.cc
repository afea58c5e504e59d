// Undisturbed runs. See undisturbed.h.

#include "harness/cli/undisturbed.h"

#include "harness/cli/interrupt.h"

namespace epollcheck {

CaseResult run_undisturbed(const Program& program, const Workbench& bench, Tier strictest,
                           Trace& trace) {
    const bool interrupted_before = interrupted();
    CaseResult result = run_case(program, bench, strictest, trace);
    const bool bad = result.status == CaseStatus::kFailed || result.status == CaseStatus::kError;
    if (bad && interrupted() && !interrupted_before) {
        result = run_case(program, bench, strictest, trace);
    }
    return result;
}

}  // namespace epollcheck
