// Results: what a run of cases found, as plain data.
//
// These are the records of the JSON-lines results format (reports/README.md); every other report is
// derived from them and from nothing else, so a report can be made again from a kept file. Answers,
// operations and rules are carried as text, so a reader needs neither the model nor the cases.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocabulary/tier.h"

namespace epollcheck {

enum class CaseStatus : std::uint8_t {
    kPassed,
    kFailed,        // two of expectation, model and target disagree
    kSkipped,       // not run, for a known reason
    kInconclusive,  // run, but the model cannot follow it
    kError,         // epollcheck itself, or the machine, could not do its part
};
inline constexpr int kCaseStatuses = 5;

/// "passed", "failed", "skipped", "inconclusive" or "error".
std::string_view status_name(CaseStatus status);
std::optional<CaseStatus> status_named(std::string_view name);

/// One version difference that was probed in the target.
struct ProbedRecord {
    std::string id;  // "V-45"
    bool present = false;
    std::string text;  // what the difference is

    friend bool operator==(const ProbedRecord&, const ProbedRecord&) = default;
};

/// The first record: what ran, where and how.
struct RunHeader {
    std::string version;               // of epollcheck
    std::vector<std::string> command;  // arguments, the verb first
    std::uint64_t seed = 0;
    std::string profile;  // "probed", or a named one
    std::vector<ProbedRecord> probed;
    std::string kernel;  // as uname -srm prints it
    Tier tier = Tier::kExact;
    std::size_t selected = 0;  // cases that will follow, unless the run is cut short

    friend bool operator==(const RunHeader&, const RunHeader&) = default;
};

/// A rule as reports quote it.
struct QuotedRule {
    std::string id;
    std::string text;

    friend bool operator==(const QuotedRule&, const QuotedRule&) = default;
};

/// What one tier says about a trace that not every tier allows.
struct TierFinding {
    Tier tier = Tier::kExact;
    bool permits = false;              // the tier allows all of the trace
    std::size_t step = 0;              // number of the operation, from 1
    std::string observed;              // the answer of the target there
    std::vector<std::string> allowed;  // answers that the tier allows there
    bool allowed_complete = true;      // false: there are more
    std::vector<std::string> rules;    // ids of the rules that forbid what was observed

    friend bool operator==(const TierFinding&, const TierFinding&) = default;
};

/// An answer of the target that a tier forbids.
struct DeviationRecord {
    Tier tier = Tier::kExact;  // the loosest tier that forbids it
    std::size_t step = 0;      // number of the operation that it forbids, from 1
    std::string operation;
    std::string observed;
    std::vector<QuotedRule> rules;      // that any tier names
    std::vector<TierFinding> findings;  // one per judged tier, loosest first

    friend bool operator==(const DeviationRecord&, const DeviationRecord&) = default;
};

/// Two of expectation, model and target that do not agree.
struct DisagreementRecord {
    std::string between;   // "expectation and model"
    std::size_t step = 0;  // number of the operation, from 1
    std::string text;      // one sentence with both answers

    friend bool operator==(const DisagreementRecord&, const DisagreementRecord&) = default;
};

/// One record per case.
struct CaseResult {
    std::string id;
    std::string title;
    std::vector<std::string> tags;
    std::vector<std::string> rules;  // that the case is about
    Tier tier = Tier::kExact;        // of the case
    CaseStatus status = CaseStatus::kError;
    std::string verdict;  // of the judge: "conforms", "deviates", "inconclusive"; empty: not judged
    std::string reason;   // why it was skipped, is inconclusive or is an error
    std::optional<DeviationRecord> deviation;
    std::vector<DisagreementRecord> disagreements;
    std::int64_t duration_us = 0;
    std::string program;                 // its text, as `epollcheck replay` reads it
    std::vector<std::string> exercised;  // ids of the rules that decided an answer

    friend bool operator==(const CaseResult&, const CaseResult&) = default;
};

/// The last record; a file without it was cut short.
struct RunSummary {
    std::size_t counts[kCaseStatuses] = {};  // cases by status
    std::int64_t duration_us = 0;
    bool interrupted = false;  // a person stopped the run
    int exit_code = 0;

    [[nodiscard]] std::size_t count(CaseStatus status) const {
        return counts[static_cast<int>(status)];
    }
    friend bool operator==(const RunSummary&, const RunSummary&) = default;
};

struct Results {
    RunHeader header;
    std::vector<CaseResult> cases;
    std::optional<RunSummary> summary;
    bool truncated = false;  // the last line was cut off in the middle

    friend bool operator==(const Results&, const Results&) = default;
};

/// The cases of `results` by status; without duration, interruption and exit code.
RunSummary count_cases(const std::vector<CaseResult>& cases);

/// "31 passed, 2 failed, 1 skipped": zero counts are left out, except that of passed cases.
std::string counts_text(const RunSummary& summary);

}  // namespace epollcheck
