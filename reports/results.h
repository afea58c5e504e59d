// Results: what a run of cases found, as plain data.
//
// These are the records of the JSON-lines results format (reports/README.md); every other report is
// derived from them and from nothing else, so a report can be made again from a kept file. Answers,
// operations and rules are carried as text, so a reader needs neither the model nor the cases.

#pragma once

#include <compare>
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
    kCrashed,       // the target died, hung or talked nonsense while it ran this program alone
    kSkipped,       // not run, for a known reason
    kInconclusive,  // run, but the model cannot follow it
    kError,         // epollcheck itself, or the machine, could not do its part
};
inline constexpr int kCaseStatuses = 6;

/// "passed", "failed", "crashed", "skipped", "inconclusive" or "error".
std::string_view status_name(CaseStatus status);
std::optional<CaseStatus> status_named(std::string_view name);

/// One version difference that was probed in the target.
struct ProbedRecord {
    std::string id;  // "V-45"
    bool present = false;
    std::string text;  // what the difference is

    friend bool operator==(const ProbedRecord&, const ProbedRecord&) = default;
};

/// The target of results that do not name one.
inline constexpr const char* kDefaultTarget = "in-process";

/// One of the runs of which a merged run was made (results_merge.h).
struct RunPart {
    std::vector<std::string> command;
    std::uint64_t seed = 0;
    std::size_t selected = 0;
    std::size_t ran = 0;  // cases of which it has results
    std::int64_t duration_us = 0;
    bool complete = false;  // it has a summary
    bool interrupted = false;
    int exit_code = 0;

    friend auto operator<=>(const RunPart&, const RunPart&) = default;
};

/// The first record of a run: what ran, where and how.
struct RunHeader {
    std::string version;               // of epollcheck
    std::vector<std::string> command;  // arguments, the verb first
    std::uint64_t seed = 0;
    std::string profile;  // "probed", or a named one
    std::vector<ProbedRecord> probed;
    std::string kernel;  // as uname -srm prints it
    Tier tier = Tier::kExact;
    std::size_t selected = 0;             // cases that will follow, unless the run is cut short
    std::string target = kDefaultTarget;  // name of what answered
    std::string target_title = "";        // what it is, for people; may be empty
    std::vector<RunPart> parts = {};      // of a merged run; otherwise empty

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
    std::string c = "";                 // a C program that shows it; empty: none was made

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
    std::string target;                  // of another run than the last one before it; mostly empty
    std::string cause;     // "rule + operation kind + observed class"; equal: one finding
    std::string expected;  // reason of the expectation that this failure met; empty: not expected
    std::vector<std::string> answers;  // of the target, one per operation; empty: not kept

    /// It failed or crashed, and nobody expected it.
    [[nodiscard]] bool is_problem() const {
        return (status == CaseStatus::kFailed || status == CaseStatus::kCrashed) &&
               expected.empty();
    }
    /// It failed or crashed as an expectation says.
    [[nodiscard]] bool is_known() const {
        return (status == CaseStatus::kFailed || status == CaseStatus::kCrashed) &&
               !expected.empty();
    }
    friend bool operator==(const CaseResult&, const CaseResult&) = default;
};

/// An expectation whose deviation did not happen.
struct StaleRecord {
    std::string target;  // empty: that of the last run before it
    std::string entry;   // of the expectations, as its file names it
    std::string reason;  // that stands there

    friend auto operator<=>(const StaleRecord&, const StaleRecord&) = default;
};

/// The last record of a run; one without it was cut short.
struct RunSummary {
    std::size_t counts[kCaseStatuses] = {};  // cases by status
    std::size_t expected = 0;                // failed and crashed cases that were expected
    std::size_t stale = 0;                   // expectations that were not met
    std::int64_t duration_us = 0;
    bool interrupted = false;  // a person stopped the run
    int exit_code = 0;
    std::string target;  // of another run than the last one before it; mostly empty

    [[nodiscard]] std::size_t count(CaseStatus status) const {
        return counts[static_cast<int>(status)];
    }
    friend bool operator==(const RunSummary&, const RunSummary&) = default;
};

/// One run on one target.
struct Results {
    RunHeader header;
    std::vector<CaseResult> cases;
    std::vector<StaleRecord> stale;
    std::optional<RunSummary> summary;
    bool truncated = false;  // the last line was cut off in the middle

    [[nodiscard]] bool cut_short() const { return !summary || cases.size() < header.selected; }
    friend bool operator==(const Results&, const Results&) = default;
};

/// `cases` by status; without stale expectations, duration, interruption and exit code.
RunSummary count_cases(const std::vector<CaseResult>& cases);

/// The part of a case id before the slash; without one, empty.
std::string topic_of(const CaseResult& result);

/// "31 passed, 2 failed (1 known), 1 skipped": zero counts are left out, except that of passed
/// cases. Known are those of the failed and crashed cases that were expected.
std::string counts_text(const RunSummary& summary);

}  // namespace epollcheck
