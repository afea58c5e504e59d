// Case runner. See case_runner.h.

#include "conformance/case_runner.h"

#include <fmt/format.h>

#include <chrono>

#include "harness/check/calibrate.h"
#include "harness/check/case_check.h"
#include "harness/check/features.h"
#include "harness/check/readiness_finding.h"
#include "harness/program/printer.h"
#include "reports/describe_deviation.h"

namespace epollcheck {

namespace {

CaseResult blank_result(const Program& program) {
    const Header& header = program.header;
    CaseResult result;
    result.id = header.id;
    result.title = header.title;
    result.tags = header.tags;
    result.rules = header.rules;
    result.tier = header.tier;
    result.program = print_program(program);
    return result;
}

/// Why the case does not run on this machine or with these options, or "".
std::string reason_to_skip(const Program& program, const Calibration& calibration, Tier strictest) {
    if (program.header.tier > strictest) {
        return fmt::format("it is about tier {}, the run judges up to tier {}",
                           tier_name(program.header.tier), tier_name(strictest));
    }
    for (const std::string& need : program.header.needs) {
        const Feature* feature = feature_named(need);
        if (feature == nullptr) {
            return fmt::format("it needs '{}', which this epollcheck does not know", need);
        }
        if (!feature->present(calibration)) {
            return std::string(feature->missing);
        }
    }
    return "";
}

/// Fills `trace` with what the target answers. Why it could not, or "".
std::string observe(const Program& program, const Workbench& bench, Trace& trace) {
    if (const auto error = calibrate_for(program.operations, bench.calibration)) {
        return error->what;
    }
    const auto error =
        bench.executor.run(program.operations, static_cast<int>(program.handles.size()), trace);
    return error ? error->what : "";
}

void add_disagreements(CaseResult& result, const std::vector<Disagreement>& disagreements) {
    for (const Disagreement& found : disagreements) {
        result.disagreements.push_back(
            {std::string(disagreeing_name(found.pair)), found.step + 1, found.text});
    }
}

/// What the model cannot follow is inconclusive, and no disagreement about what was written down.
void drop_unfollowed(CaseResult& result, const Judgement& judgement) {
    if (judgement.verdict == Verdict::kInconclusive) {
        std::erase_if(result.disagreements, [&](const DisagreementRecord& record) {
            return record.step > judgement.reason_step &&
                   record.between == disagreeing_name(Disagreeing::kExpectationAndModel);
        });
    }
}

void judge_trace(CaseResult& result, const Program& program, const Workbench& bench, Tier strictest,
                 const Trace& trace) {
    const Judgement judgement = bench.judge.judge(program.operations, trace, strictest);
    result.verdict = verdict_name(judgement.verdict);
    judgement.exercised.for_each(
        [&](Rule rule) { result.exercised.emplace_back(rule_info(rule).id); });
    add_disagreements(result, compare_with_model(program, bench.judge));
    drop_unfollowed(result, judgement);
    add_disagreements(result, compare_with_trace(program, trace, bench.judge.profile()));
    if (judgement.verdict == Verdict::kDeviates) {
        result.deviation = describe_deviation(program, trace, judgement, bench.judge, strictest);
        result.disagreements.push_back(
            {std::string(disagreeing_name(Disagreeing::kModelAndTarget)), result.deviation->step,
             fmt::format("tier {} forbids {}", tier_name(result.deviation->tier),
                         result.deviation->observed)});
    }
    if (const auto& disagreement = bench.executor.disagreement()) {
        result.disagreements.push_back(
            {kReadinessPair, program.operations.size(), readiness_text(program, *disagreement)});
    }
    if (!result.disagreements.empty()) {
        result.status = CaseStatus::kFailed;
    } else if (judgement.verdict == Verdict::kInconclusive) {
        result.status = CaseStatus::kInconclusive;
        result.reason = fmt::format("step {}: {}", judgement.reason_step + 1, judgement.reason);
    } else {
        result.status = CaseStatus::kPassed;
    }
}

}  // namespace

CaseResult run_case(const Program& program, const Workbench& bench, Tier strictest, Trace& trace) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    CaseResult result = blank_result(program);
    result.reason = reason_to_skip(program, bench.calibration, strictest);
    if (!result.reason.empty()) {
        result.status = CaseStatus::kSkipped;
        return result;
    }
    trace.clear();
    result.reason = observe(program, bench, trace);
    if (result.reason.empty()) {
        judge_trace(result, program, bench, strictest, trace);
    } else {
        result.status = CaseStatus::kError;
    }
    result.duration_us =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
    return result;
}

}  // namespace epollcheck
