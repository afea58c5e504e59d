// One run of cases on one target. See run_on_target.h.

#include "harness/cli/run_on_target.h"

#include <chrono>
#include <set>

#include "conformance/catch_session.h"
#include "harness/check/reproducer.h"
#include "harness/cli/case_batches.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/run_exit_code.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

class TargetRun {
public:
    TargetRun(const RunPlan& plan, const PlannedTarget& planned, OpenTarget& target, RunSink& sink)
        : plan_(plan),
          target_(target),
          sink_(sink),
          tier_(plan.tier.value_or(target.tier)),
          judge_(target.profile, target.calibration),
          bench_{*target.target, judge_, target.calibration},
          batches_(bench_, tier_, plan.cases),
          book_(planned.expectations) {}

    std::optional<HarnessError> run() {
        sink_.begin(header());
        const auto start = Clock::now();
        const SessionHooks hooks{
            .run = [&](const Case& test_case) { return result_of(test_case); },
            .record = [&](const CaseResult& result) { return record(result); }};
        if (!run_catch_session(plan_.cases, hooks)) {
            return HarnessError{"Catch2 could not run the cases"};
        }
        RunSummary summary = count_cases(results_);
        for (const StaleRecord& stale : book_.stale_records(scope())) {
            sink_.add(stale);
            ++summary.stale;
        }
        summary.interrupted = interrupted() && results_.size() < plan_.cases.size();
        summary.duration_us =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
        summary.exit_code = exit_code_of(summary);
        sink_.end(summary);
        return std::nullopt;
    }

private:
    [[nodiscard]] RunHeader header() const {
        RunHeader header{.version = EPOLLCHECK_RELEASE,
                         .command = plan_.command,
                         .seed = plan_.seed,
                         .profile = "",
                         .probed = {},
                         .kernel = "",
                         .tier = tier_,
                         .selected = plan_.cases.size()};
        describe_target(target_, header);
        return header;
    }

    CaseResult result_of(const Case& test_case) {
        CaseResult result = batches_.next(test_case);
        book_.apply(result);
        // One C file for each cause: there may be thousands of cases that show the same.
        if (result.deviation && causes_.insert(result.cause).second) {
            auto c_text = reproducer_c(test_case.program, result.deviation->tier, judge_);
            if (auto* text = std::get_if<std::string>(&c_text)) {
                result.deviation->c = std::move(*text);
            }
        }
        return result;
    }

    /// True if the run goes on.
    bool record(const CaseResult& result) {
        CaseResult status_only;  // all that is counted
        status_only.status = result.status;
        status_only.expected = result.expected;
        results_.push_back(std::move(status_only));
        sink_.add(result);
        const bool bad = result.is_problem() || result.status == CaseStatus::kError;
        return !interrupted() && !(bad && plan_.fail_fast);
    }

    [[nodiscard]] RunScope scope() const {
        if (tier_ < target_.tier) {
            return RunScope::kNothing;
        }
        const bool all = plan_.whole_suite && results_.size() == plan_.cases.size();
        return all ? RunScope::kWholeSuite : RunScope::kSingleCases;
    }

    const RunPlan& plan_;
    OpenTarget& target_;
    RunSink& sink_;
    Tier tier_;
    Judge judge_;
    Workbench bench_;
    CaseBatches batches_;
    ExpectationBook book_;
    std::vector<CaseResult> results_;
    std::set<std::string> causes_;  // that were met so far
};

}  // namespace

std::string PlannedTarget::name() const {
    const auto chosen = choose_target(choice);
    const auto* target = std::get_if<ChosenTarget>(&chosen);
    return target != nullptr ? target->name() : choice.name;
}

std::optional<HarnessError> run_on_target(const RunPlan& plan, const PlannedTarget& planned,
                                          RunSink& sink) {
    auto opened = open_target(planned.choice, plan.profile);
    if (auto* error = std::get_if<HarnessError>(&opened)) {
        return std::move(*error);
    }
    return TargetRun(plan, planned, *std::get<std::unique_ptr<OpenTarget>>(opened), sink).run();
}

}  // namespace epollcheck
