// One run of cases on one target, from its start to the summary.
//
// Where the records go is the business of a RunSink: a report in this process, or a pipe to the one
// that runs several targets at once (run_processes.h).

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/case_suite.h"
#include "harness/cli/open_target.h"
#include "harness/expectations/outcome.h"
#include "reports/results.h"

namespace epollcheck {

/// A target and what is known of it.
struct PlannedTarget {
    TargetChoice choice;
    Expectations expectations;

    /// Short, for people and for records.
    [[nodiscard]] std::string name() const;
};

/// What the runs on all targets have in common.
struct RunPlan {
    std::vector<const Case*> cases;  // in the order in which they run
    bool whole_suite = false;        // nothing was left out, so expectations by cause can be stale
    std::optional<Tier> tier;        // empty: what each target claims to keep
    std::string profile;
    std::uint64_t seed = 0;
    bool fail_fast = false;
    std::vector<std::string> command;
};

/// Takes the records of a run in their order.
class RunSink {
public:
    virtual ~RunSink() = default;
    virtual void begin(const RunHeader& header) = 0;
    virtual void add(const CaseResult& result) = 0;
    virtual void add(const StaleRecord& stale) = 0;
    virtual void end(const RunSummary& summary) = 0;
};

/// Opens the target and runs all cases of the plan, until interrupted(). Once in a process (see
/// catch_session.h). The error if nothing could be run.
std::optional<HarnessError> run_on_target(const RunPlan& plan, const PlannedTarget& planned,
                                          RunSink& sink);

}  // namespace epollcheck
