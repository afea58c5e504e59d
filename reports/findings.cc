// Findings. See findings.h.

#include "reports/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "reports/numbered_program.h"

namespace epollcheck {

namespace {

std::size_t count_operations(const CaseResult& result) {
    std::size_t operations = 0;
    for (const ProgramLine& line : numbered_program(result.program)) {
        operations = std::max(operations, line.step);
    }
    return operations;
}

void put_smallest_first(std::vector<const CaseResult*>& cases) {
    using Size = std::tuple<std::size_t, std::size_t, std::string>;
    std::map<const CaseResult*, Size> sizes;
    for (const CaseResult* result : cases) {
        sizes[result] = {count_operations(*result), result->program.size(), result->id};
    }
    std::sort(cases.begin(), cases.end(), [&](const CaseResult* one, const CaseResult* other) {
        return sizes[one] < sizes[other];
    });
}

}  // namespace

std::vector<Finding> findings_of(const std::vector<CaseResult>& cases) {
    std::vector<Finding> findings;
    std::map<std::tuple<std::string, bool>, std::size_t> places;  // of causes in `findings`
    for (const CaseResult& result : cases) {
        if (!result.is_problem() && !result.is_known()) {
            continue;
        }
        const auto [place, fresh] =
            places.try_emplace({result.cause, result.is_known()}, findings.size());
        if (fresh || result.cause.empty()) {
            place->second = findings.size();
            findings.push_back({result.cause, {}});
        }
        findings[place->second].cases.push_back(&result);
    }
    for (Finding& finding : findings) {
        if (finding.cases.size() > 1) {
            put_smallest_first(finding.cases);
        }
    }
    return findings;
}

std::string failure_sentence(const CaseResult& result) {
    if (result.deviation) {
        for (const TierFinding& finding : result.deviation->findings) {
            if (!finding.permits) {
                return fmt::format("step {}: {} answers {}, tier {} allows {}{}", finding.step,
                                   result.deviation->operation, finding.observed,
                                   tier_name(finding.tier), fmt::join(finding.allowed, " or "),
                                   finding.allowed_complete ? "" : " or others");
            }
        }
    }
    if (!result.disagreements.empty()) {
        const DisagreementRecord& last = result.disagreements.back();  // that with the target
        return fmt::format("step {}: {} disagree: {}", last.step, last.between, last.text);
    }
    return result.reason;
}

}  // namespace epollcheck
