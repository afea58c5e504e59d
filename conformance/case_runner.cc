// Case runner. See case_runner.h.

#include "conformance/case_runner.h"

#include <fmt/format.h>

#include <chrono>

#include "conformance/case_cause.h"
#include "conformance/concurrent_case.h"
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
std::string reason_to_skip(const Program& program, const Workbench& bench, Tier strictest) {
    if (program.header.tier > strictest) {
        return fmt::format("it is about tier {}, the run judges up to tier {}",
                           tier_name(program.header.tier), tier_name(strictest));
    }
    for (const std::string& need : program.header.needs) {
        const Feature* feature = feature_named(need);
        if (feature == nullptr) {
            return fmt::format("it needs '{}', which this epollcheck does not know", need);
        }
        if (!feature->present(bench.calibration)) {
            return std::string(feature->missing);
        }
    }
    return reason_not_to_run(bench, program.operations);
}

/// What the target answered, for who compares targets.
void keep_answers(CaseResult& result, const Program& program, const Trace& trace) {
    for (std::size_t i = 0; i < trace.size(); ++i) {
        result.answers.push_back(print_answer(program.operations[i], program, trace[i]));
    }
}

void add_disagreements(CaseResult& result, const std::vector<Disagreement>& disagreements) {
    for (const Disagreement& found : disagreements) {
        result.disagreements.push_back(
            {std::string(disagreeing_name(found.pair)), found.step + 1, found.text});
    }
}

/// What the model cannot follow is inconclusive, and no disagreement about what was written down.
void drop_unfollowed(std::vector<Disagreement>& disagreements, const Judgement& judgement) {
    if (judgement.verdict == Verdict::kInconclusive) {
        std::erase_if(disagreements, [&](const Disagreement& found) {
            return found.step >= judgement.reason_step &&
                   found.pair == Disagreeing::kExpectationAndModel;
        });
    }
}

void judge_run(CaseResult& result, const Program& program, const Workbench& bench, Tier strictest,
               const ProgramRun& run) {
    const Trace& trace = run.trace;
    const Judgement judgement = bench.judge.judge(program.operations, trace, strictest);
    result.verdict = verdict_name(judgement.verdict);
    keep_answers(result, program, trace);
    judgement.exercised.for_each(
        [&](Rule rule) { result.exercised.emplace_back(rule_info(rule).id); });
    auto disagreements = compare_with_model(program, bench.judge);
    drop_unfollowed(disagreements, judgement);
    for (Disagreement& found : compare_with_trace(program, trace, bench.judge.profile())) {
        disagreements.push_back(std::move(found));
    }
    add_disagreements(result, disagreements);
    if (judgement.verdict == Verdict::kDeviates) {
        result.deviation = describe_deviation(program, trace, judgement, bench.judge, strictest);
        result.disagreements.push_back(
            {std::string(disagreeing_name(Disagreeing::kModelAndTarget)), result.deviation->step,
             fmt::format("tier {} forbids {}", tier_name(result.deviation->tier),
                         result.deviation->observed)});
    }
    if (run.disagreement) {
        result.disagreements.push_back({kReadinessPair, program.operations.size(),
                                        readiness_text(program, *run.disagreement)});
    }
    if (!result.disagreements.empty()) {
        result.status = CaseStatus::kFailed;
        result.cause = case_cause(program, run, judgement, disagreements, bench.judge.profile());
    } else if (judgement.verdict == Verdict::kInconclusive) {
        result.status = CaseStatus::kInconclusive;
        result.reason = fmt::format("step {}: {}", judgement.reason_step + 1, judgement.reason);
    } else {
        result.status = CaseStatus::kPassed;
    }
}

}  // namespace

std::optional<CaseResult> skip_case(const Program& program, const Workbench& bench,
                                    Tier strictest) {
    std::string reason = reason_to_skip(program, bench, strictest);
    if (reason.empty()) {
        return std::nullopt;
    }
    CaseResult result = blank_result(program);
    result.status = CaseStatus::kSkipped;
    result.reason = std::move(reason);
    return result;
}

CaseResult judge_case(const Program& program, const Workbench& bench, Tier strictest,
                      const ProgramRun& run) {
    CaseResult result = blank_result(program);
    auto error = run.error;
    if (!error) {
        error = calibrate_for(bench.target, program.operations, bench.calibration);
    }
    if (error && error->of_target) {
        result.status = CaseStatus::kCrashed;
        result.reason = error->what;
        result.cause = crash_cause(program, run);
        keep_answers(result, program, run.trace);
    } else if (error) {
        result.status = CaseStatus::kError;
        result.reason = error->what;
    } else {
        judge_run(result, program, bench, strictest, run);
    }
    return result;
}

namespace {

CaseResult run_concurrent_case(const Program& program, const Workbench& bench, Tier strictest) {
    CaseResult result = blank_result(program);
    ConcurrentTrace trace;
    auto error = calibrate_for(bench.target, program.operations, bench.calibration);
    if (!error) {
        error = bench.target.run_concurrent(program.operations,
                                            static_cast<int>(program.handles.size()), {}, trace);
    }
    if (error) {
        result.status = error->of_target ? CaseStatus::kCrashed : CaseStatus::kError;
        result.reason = error->what;
    } else {
        judge_concurrent_run(result, program, bench, strictest, trace);
    }
    return result;
}

}  // namespace

CaseResult run_case(const Program& program, const Workbench& bench, Tier strictest, Trace& trace) {
    using Clock = std::chrono::steady_clock;
    trace.clear();
    if (auto skipped = skip_case(program, bench, strictest)) {
        return *skipped;
    }
    const auto start = Clock::now();
    if (has_threads(program.operations)) {
        CaseResult result = run_concurrent_case(program, bench, strictest);
        result.duration_us =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
        return result;
    }
    ProgramRun run;
    run.trace = std::move(trace);
    run.error =
        bench.target.run(program.operations, static_cast<int>(program.handles.size()), run.trace);
    run.disagreement = bench.target.disagreement();
    CaseResult result = judge_case(program, bench, strictest, run);
    trace = std::move(run.trace);
    result.duration_us =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
    return result;
}

}  // namespace epollcheck
