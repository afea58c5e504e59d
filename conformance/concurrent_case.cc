// Concurrent cases. See concurrent_case.h.

#include "conformance/concurrent_case.h"

#include <fmt/format.h>

#include "harness/check/case_check.h"
#include "harness/check/cause.h"
#include "harness/check/race_cause.h"
#include "harness/program/printer.h"
#include "model/vocabulary/operation_table.h"
#include "stress/history/history_judge.h"

namespace epollcheck {

namespace {

/// What one tier says about a history that it forbids.
TierFinding finding_of(const Program& program, const ConcurrentTrace& trace, Tier tier,
                       const HistoryJudgement& judgement) {
    const std::size_t step = judgement.unexplained;
    TierFinding finding{
        .tier = tier,
        .permits = false,
        .step = step + 1,
        .observed = print_answer(program.operations[step], program, trace.answers[step]),
        .allowed = {},
        .allowed_complete = false,
        .rules = {}};
    for (const AllowedAnswer& answer : judgement.allowed) {
        finding.allowed.push_back(
            print_answer(program.operations[step], program, answer.observation()));
    }
    judgement.rules.for_each([&](Rule rule) { finding.rules.emplace_back(rule_info(rule).id); });
    return finding;
}

void add_deviation(CaseResult& result, const Program& program, const ConcurrentTrace& trace,
                   Tier tier, const HistoryJudgement& judgement) {
    const std::size_t step = judgement.unexplained;
    if (!result.deviation) {
        result.deviation = DeviationRecord{
            .tier = tier,
            .step = step + 1,
            .operation = print_operation(program, step),
            .observed = print_answer(program.operations[step], program, trace.answers[step]),
            .rules = {},
            .findings = {}};
        judgement.rules.for_each([&](Rule rule) {
            result.deviation->rules.push_back(
                {std::string(rule_info(rule).id), std::string(rule_info(rule).text)});
        });
        result.disagreements.push_back({std::string(disagreeing_name(Disagreeing::kModelAndTarget)),
                                        step + 1,
                                        fmt::format("at tier {} no order of the calls explains {}",
                                                    tier_name(tier), result.deviation->observed)});
    }
    result.deviation->findings.push_back(finding_of(program, trace, tier, judgement));
}

}  // namespace

void judge_concurrent_run(CaseResult& result, const Program& program, const Workbench& bench,
                          Tier strictest, const ConcurrentTrace& trace) {
    result.verdict = verdict_name(Verdict::kConforms);
    result.status = CaseStatus::kPassed;
    for (std::size_t i = 0; i < trace.answers.size(); ++i) {
        result.answers.push_back(print_answer(program.operations[i], program, trace.answers[i]));
    }
    for (const Disagreement& found :
         compare_with_trace(program, trace.answers, bench.judge.profile())) {
        result.disagreements.push_back(
            {std::string(disagreeing_name(found.pair)), found.step + 1, found.text});
    }
    for (const Tier tier : {Tier::kContract, Tier::kExact}) {
        if (tier > strictest) {
            break;
        }
        HistoryJudge judge(bench.judge.profile(), bench.calibration, tier);
        const HistoryJudgement judgement =
            judge.judge(program.operations, static_cast<int>(program.handles.size()), trace);
        if (judgement.verdict == HistoryJudgement::Verdict::kDeviates) {
            result.verdict = verdict_name(Verdict::kDeviates);
            if (result.cause.empty()) {
                result.cause = race_cause(program.operations, trace, judgement);
            }
            add_deviation(result, program, trace, tier, judgement);
        } else if (judgement.verdict == HistoryJudgement::Verdict::kInconclusive) {
            result.verdict = verdict_name(Verdict::kInconclusive);
            result.status = CaseStatus::kInconclusive;
            result.reason = judgement.reason;
        }
        judgement.exercised.for_each(
            [&](Rule rule) { result.exercised.emplace_back(rule_info(rule).id); });
    }
    if (!result.disagreements.empty()) {
        result.status = CaseStatus::kFailed;
        if (result.cause.empty()) {
            const std::size_t step = result.disagreements.front().step - 1;
            result.cause = cause_text("", operation_spec(program.operations[step].kind).name,
                                      {ObservedClass::kWrongValue, ""});
        }
    }
}

}  // namespace epollcheck
