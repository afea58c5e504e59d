// Describes what the judge found as a record of the results.

#pragma once

#include "harness/check/judge.h"
#include "reports/results.h"

namespace epollcheck {

/// The record of `judgement` (whose verdict is kDeviates) about `trace`. Tiers up to `strictest`
/// that permit the trace are described too: what they allow at the step that is forbidden.
DeviationRecord describe_deviation(const Program& program, const Trace& trace,
                                   const Judgement& judgement, Judge& judge, Tier strictest);

}  // namespace epollcheck
