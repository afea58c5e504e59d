// Results as plain data. See results.h.

#include "reports/results.h"

#include <fmt/format.h>

namespace epollcheck {

namespace {

constexpr std::string_view kStatusNames[kCaseStatuses] = {"passed", "failed", "skipped",
                                                          "inconclusive", "error"};

}  // namespace

std::string_view status_name(CaseStatus status) { return kStatusNames[static_cast<int>(status)]; }

std::optional<CaseStatus> status_named(std::string_view name) {
    for (int status = 0; status < kCaseStatuses; ++status) {
        if (kStatusNames[status] == name) {
            return static_cast<CaseStatus>(status);
        }
    }
    return std::nullopt;
}

RunSummary count_cases(const std::vector<CaseResult>& cases) {
    RunSummary summary;
    for (const CaseResult& result : cases) {
        ++summary.counts[static_cast<int>(result.status)];
    }
    return summary;
}

std::string counts_text(const RunSummary& summary) {
    std::string text = fmt::format("{} passed", summary.count(CaseStatus::kPassed));
    for (int status = 1; status < kCaseStatuses; ++status) {
        if (summary.counts[status] > 0) {
            const bool errors = static_cast<CaseStatus>(status) == CaseStatus::kError;
            text += fmt::format(", {} {}{}", summary.counts[status], kStatusNames[status],
                                errors && summary.counts[status] > 1 ? "s" : "");
        }
    }
    return text;
}

}  // namespace epollcheck
