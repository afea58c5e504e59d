// Findings: the failures of a run with those of the same cause put together.
//
// One fault of a target fails many cases. The cause (the rule, the kind of operation and what kind
// of answer was observed) tells which failures are the same; what a person reads is the one with
// the smallest program, and how many others there are.

#pragma once

#include <string>
#include <vector>

#include "reports/results.h"

namespace epollcheck {

struct Finding {
    std::string cause;  // empty: a case without one, alone
    std::vector<const CaseResult*>
        cases;  // failed or crashed; that with the smallest program first

    /// Its cases failed as expected. Expected and other failures are never one finding.
    [[nodiscard]] bool known() const { return cases.front()->is_known(); }
};

/// The findings in `cases`, which must outlive them, in the order of their first cases.
std::vector<Finding> findings_of(const std::vector<CaseResult>& cases);

/// One sentence about what went wrong in a case that failed, crashed or is an error.
std::string failure_sentence(const CaseResult& result);

}  // namespace epollcheck
