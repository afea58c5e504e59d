// Results as plain data. See results.h.

#include "reports/results.h"

#include <fmt/format.h>

namespace epollcheck {

namespace {

constexpr std::string_view kStatusNames[kCaseStatuses] = {"passed",  "failed",       "crashed",
                                                          "skipped", "inconclusive", "error"};

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
        summary.expected += result.is_known() ? 1 : 0;
    }
    return summary;
}

std::string topic_of(const CaseResult& result) {
    const std::size_t slash = result.id.find('/');
    return slash == std::string::npos ? "" : result.id.substr(0, slash);
}

std::string counts_text(const RunSummary& summary) {
    std::string text = fmt::format("{} passed", summary.count(CaseStatus::kPassed));
    for (int status = 1; status < kCaseStatuses; ++status) {
        const auto kind = static_cast<CaseStatus>(status);
        if (summary.counts[status] > 0) {
            const bool errors = kind == CaseStatus::kError;
            text += fmt::format(", {} {}{}", summary.counts[status], kStatusNames[status],
                                errors && summary.counts[status] > 1 ? "s" : "");
        }
        if (kind == CaseStatus::kCrashed && summary.expected > 0) {
            text += fmt::format(" ({} known)", summary.expected);
        }
    }
    if (summary.stale > 0) {
        text +=
            fmt::format(", {} stale expectation{}", summary.stale, summary.stale == 1 ? "" : "s");
    }
    return text;
}

}  // namespace epollcheck
