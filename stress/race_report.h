// Race report: a finding of a campaign as people read it.
//
// The program, the history with a column for each thread, the place up to which it can be
// explained, and the rules that the first answer without an explanation breaks.

#pragma once

#include <string>

#include "stress/campaign.h"

namespace epollcheck {

/// The whole report of a finding, with a newline at the end.
std::string race_report(const RaceFinding& finding, Tier tier);

/// The history alone: beginnings and ends of calls in the order of their tickets.
std::string race_table(const Program& program, const ConcurrentTrace& trace,
                       const HistoryJudgement& judgement);

/// `program` with the answers of `trace` written down, so that it can be kept and read.
Program with_answers(const Program& program, const ConcurrentTrace& trace);

}  // namespace epollcheck
