// Race report. See race_report.h.

#include "stress/race_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/program/printer.h"
#include "model/rules/rule.h"
#include "model/vocabulary/strand.h"
#include "reports/text_layout.h"
#include "stress/history/history_table.h"

namespace epollcheck {

namespace {

/// The call without the name of its thread or process, which has a column.
std::string call_text(const Program& program, std::size_t index) {
    const std::string text = print_operation(program, index);
    const auto colon = text.find(": ");
    return colon == std::string::npos ? text : text.substr(colon + 2);
}

std::string title_of(const Operation& operation) {
    return operation.process != 0 ? fmt::format("P{}", operation.process + 1)
                                  : fmt::format("T{}", operation.thread + 1);
}

std::string answer_text(const Program& program, const ConcurrentTrace& trace, std::size_t index) {
    const Observation answer = trace.answers[index];
    const std::string text = "= " + print_answer(program.operations[index], program, answer);
    if (!trace.intervals[index].blocked) {
        return text;
    }
    return answer.result.kind == ResultKind::kBlocked
               ? "sleeps"
               : fmt::format("sleeps, and when it is ended {}", text);
}

std::string remark_on(const HistoryJudgement& judgement, std::size_t index) {
    if (judgement.verdict != HistoryJudgement::Verdict::kDeviates ||
        judgement.unexplained != index) {
        return "";
    }
    return judgement.lost_wakeup ? "sleeps although it has an event to report"
                                 : "no order explains this";
}

std::string joined_answers(const RaceFinding& finding) {
    const Operation& operation = finding.program.operations[finding.judgement.unexplained];
    std::string text;
    for (const AllowedAnswer& answer : finding.judgement.allowed) {
        text += text.empty() ? "" : " or ";
        text += print_answer(operation, finding.program, answer.observation());
    }
    return text;
}

}  // namespace

std::string race_table(const Program& program, const ConcurrentTrace& trace,
                       const HistoryJudgement& judgement) {
    constexpr std::size_t kWidth = 34;
    std::vector<TableCall> calls;
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        const CallInterval& interval = trace.intervals[i];
        if (interval.begin == CallInterval::kNever ||
            program.operations[i].kind == OperationKind::kBarrier) {
            continue;
        }
        const auto place = std::ranges::find(judgement.order, i);
        const bool ordered = place != judgement.order.end();
        calls.push_back(
            {.column = strand_of(program.operations[i]),
             .title = title_of(program.operations[i]),
             .begin = interval.begin,
             .end = interval.blocked ? CallInterval::kNever : interval.end,
             .call = interval.blocked ? fmt::format("{}  {}", call_text(program, i),
                                                    answer_text(program, trace, i))
                                      : call_text(program, i),
             .answer = answer_text(program, trace, i),
             .place = ordered ? static_cast<std::size_t>(place - judgement.order.begin()) + 1 : 0,
             .remark = remark_on(judgement, i)});
    }
    return history_table(calls, kWidth);
}

std::string race_report(const RaceFinding& finding, Tier tier) {
    std::string text = fmt::format("DEVIATION {}  (tier {})\n  {}\n", finding.program.header.id,
                                   tier_name(tier), finding.cause);
    for (const std::string& note : finding.program.header.notes) {
        text += fmt::format("  {}\n", note);
    }
    text += fmt::format("  history {}, {} with this cause; schedule {}:{}\n\n", finding.number,
                        finding.times, finding.schedule.seed, finding.schedule.most_spin);
    text += race_table(finding.program, finding.trace, finding.judgement);
    text += fmt::format("\n  (n) is the place in the longest order that explains answers.\n");
    if (!finding.judgement.allowed.empty()) {
        text +=
            fmt::format("  After it, the marked call may answer: {}\n", joined_answers(finding));
    }
    text += "  rules:\n";
    constexpr std::size_t kTextWidth = 100;
    const std::string indent(13, ' ');
    finding.judgement.rules.for_each([&](Rule rule) {
        const RuleInfo& info = rule_info(rule);
        text += wrap(info.text, fmt::format("    {:<9}", info.id), indent, kTextWidth);
    });
    return text;
}

Program with_answers(const Program& program, const ConcurrentTrace& trace) {
    Program answered = program;
    answered.annotations.resize(program.operations.size());
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        const Observation answer = trace.answers[i];
        Annotation& annotation = answered.annotations[i];
        annotation.expected.clear();
        if (answer.result.kind != ResultKind::kNotRun &&
            program.operations[i].kind != OperationKind::kBarrier) {
            annotation.expected.push_back(
                {answer.result, {answer.events.begin(), answer.events.end()}, "", true});
        }
    }
    return answered;
}

}  // namespace epollcheck
