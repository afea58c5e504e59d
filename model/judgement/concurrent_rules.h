// Which rules about overlapping calls decide a step (SEMANTICS E and F).
//
// The steps themselves are in concurrent_step.cc. That a rule decided one is only seen where calls
// do overlap: somebody sleeps, or is in the middle of a harvest. A rule that is noted here would
// have been broken by another answer, or by another order of the answers.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// A wait looks at its instance, whose ready list holds something or not, and another thread
/// harvests it or not.
void note_look(Transition& transition, const HarvestProgress& wait, bool listed, bool scanned);

/// A wait returns with the events of `done`.
void note_report(Transition& transition, const HarvestProgress& done);

/// A call that is no wait answered `result`.
void note_call(Transition& transition, const Operation& operation, const Result& result);

/// The next wake-up of the thread is about to be delivered.
void note_wake(Transition& transition);

}  // namespace epollcheck
