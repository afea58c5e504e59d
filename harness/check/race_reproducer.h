// Reproducers of races: a program of several threads as a C file that stands by itself.
//
// A C file has no history checker, so it compares answers. For a case these are the answers that a
// person wrote down, each by itself. For a history that deviates they are all of its answers,
// together with as little as possible of which call overlapped which: the calls are made longer
// until the judge can explain the history, so that what the file looks for is wrong whenever it is
// seen, and is seen as often as can be.

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/check/judge.h"
#include "harness/program/emit_c.h"
#include "stress/history/history_judge.h"

namespace epollcheck {

/// How a history came about that deviates.
struct RaceOccurrence {
    Schedule schedule;
    std::uint32_t runs = 0;          // of the program
    std::uint32_t seen = 0;          // of these, those that deviated so; 0: it was not tried again
    std::vector<std::string> story;  // lines that show the history
};

/// `program`, which has several threads, in C: each answer is one of those that are written down.
/// For the kernel and machine of `judge`.
std::variant<std::string, CannotEmit> case_of_threads_c(const Program& program, Tier tier,
                                                        const Judge& judge, CStyle style);

/// `program` in C, which looks for a history like `trace`. That one deviates at `tier`, by
/// `judgement` of `judge`.
std::variant<std::string, CannotEmit> race_c(const Program& program, const ConcurrentTrace& trace,
                                             const HistoryJudgement& judgement, HistoryJudge& judge,
                                             Tier tier, const RaceOccurrence& occurrence);

/// `trace` with calls that overlap as much as they can without an order that explains it. Calls of
/// one thread stay one after the other, and in their section.
ConcurrentTrace widest_history(const Program& program, const ConcurrentTrace& trace,
                               HistoryJudge& judge);

}  // namespace epollcheck
