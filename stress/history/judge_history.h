// What both oracles say of a run: the search for an order (history_judge.h) and the properties that
// need no search (properties.h).

#pragma once

#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/program.h"
#include "stress/history/history_judge.h"

namespace epollcheck {

/// The judgement of the search. A history that breaks a property deviates even if the search
/// explains it or gives up.
HistoryJudgement judge_history(HistoryJudge& judge, const Program& program,
                               const ConcurrentTrace& trace);

}  // namespace epollcheck
