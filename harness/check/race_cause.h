// The cause of a concurrent history that deviates, in the words of cause.h.

#pragma once

#include <span>
#include <string>

#include "model/vocabulary/concurrent_trace.h"
#include "stress/history/history_judge.h"

namespace epollcheck {

/// "R-F18 epoll_wait blocked" of a lost wake-up; "R-F15 epoll_wait surplus-event" and the like of
/// an answer that no order explains. `judgement` deviates.
std::string race_cause(std::span<const Operation> operations, const ConcurrentTrace& trace,
                       const HistoryJudgement& judgement);

}  // namespace epollcheck
