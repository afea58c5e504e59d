// Why a program is skipped, by what its operations need. See finding.h.
//
// It is apart from the shrinking of findings because the standalone executor, which tests itself,
// skips programs and shrinks none.

#include "harness/check/features.h"
#include "harness/check/finding.h"

namespace epollcheck {

std::string reason_not_to_run(const Workbench& bench, std::span<const Operation> operations) {
    std::string reason = bench.target.cannot_run(operations);
    if (reason.empty()) {
        if (const Feature* const need = unmet_need(operations, bench.calibration)) {
            reason = need->missing;
        }
    }
    return reason;
}

}  // namespace epollcheck
