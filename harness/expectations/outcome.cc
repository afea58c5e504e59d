// Outcome of expectations. See outcome.h.

#include "harness/expectations/outcome.h"

#include <fmt/format.h>

namespace epollcheck {

namespace {

bool was_judged(const CaseResult& result) {
    return result.status == CaseStatus::kPassed || result.status == CaseStatus::kFailed ||
           result.status == CaseStatus::kCrashed;
}

}  // namespace

ExpectationBook::ExpectationBook(Expectations expectations)
    : expectations_(std::move(expectations)), notes_(expectations_.entries.size()) {}

void ExpectationBook::apply(CaseResult& result) {
    if (!was_judged(result)) {
        return;
    }
    for (std::size_t i = 0; i < notes_.size(); ++i) {
        const Expectation& entry = expectations_.entries[i];
        notes_[i].judged |= entry.speaks_of(result.id);
        if (entry.is_met_by(result)) {
            notes_[i].met = true;
            if (result.expected.empty()) {
                result.expected = entry.explanation();
            }
        }
    }
}

std::vector<std::size_t> ExpectationBook::stale(RunScope scope) const {
    std::vector<std::size_t> stale;
    for (std::size_t i = 0; i < notes_.size(); ++i) {
        const Expectation& entry = expectations_.entries[i];
        const bool can_be = entry.status != ExpectedStatus::kFlaky &&
                            (scope == RunScope::kWholeSuite ||
                             (scope == RunScope::kSingleCases && entry.is_of_one_case()));
        if (can_be && notes_[i].judged && !notes_[i].met) {
            stale.push_back(i);
        }
    }
    return stale;
}

std::vector<StaleRecord> ExpectationBook::stale_records(RunScope scope) const {
    std::vector<StaleRecord> records;
    for (const std::size_t i : stale(scope)) {
        const Expectation& entry = expectations_.entries[i];
        records.push_back(
            {.target = "",
             .entry = fmt::format("{}:{}: {}", expectations_.file, entry.line, entry.name()),
             .reason = entry.explanation()});
    }
    return records;
}

}  // namespace epollcheck
