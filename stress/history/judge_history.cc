// What both oracles say of a run. See judge_history.h.

#include "stress/history/judge_history.h"

#include "stress/history/properties.h"

namespace epollcheck {

HistoryJudgement judge_history(HistoryJudge& judge, const Program& program,
                               const ConcurrentTrace& trace) {
    HistoryJudgement judgement =
        judge.judge(program.operations, static_cast<int>(program.handles.size()), trace);
    const auto broken = broken_property(program.operations, trace);
    if (broken && judgement.verdict != HistoryJudgement::Verdict::kDeviates) {
        judgement.verdict = HistoryJudgement::Verdict::kDeviates;
        judgement.unexplained = broken->operation;
        judgement.rules.add(broken->rule);
    }
    return judgement;
}

}  // namespace epollcheck
