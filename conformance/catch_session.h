// Catch session: cases as Catch2 tests.
//
// Catch2 has no data-driven start-up of its own, so each case is registered as a test with its tags
// and asserts that no two of expectation, model and target disagree. A listener of our own makes
// the records; Catch2's own output stays silent, and every report is derived from the records.

#pragma once

#include <functional>
#include <span>

#include "conformance/case_suite.h"
#include "reports/results.h"

namespace epollcheck {

struct SessionHooks {
    /// Runs one case.
    std::function<CaseResult(const Case&)> run;
    /// Takes the record of a case that has just ended. False stops the session.
    std::function<bool(const CaseResult&)> record;
};

/// Runs `cases` in the given order until `record` says stop. Once in a process, because tests
/// cannot be taken out of Catch2's registry. False if Catch2 could not run them.
bool run_catch_session(std::span<const Case* const> cases, const SessionHooks& hooks);

}  // namespace epollcheck
