// Which rules decide the answers to a case.
//
// The model itself answers a case of one thread, and tells which rules it answered by. What
// several threads answer depends on which of their steps come first, so such a case is run on the
// bench, and the rules are those by which the answers can be explained.

#pragma once

#include <string>

#include "harness/check/finding.h"
#include "model/rules/rule.h"

namespace epollcheck {

struct CaseExercise {
    RuleSet rules;
    std::string not_run;  // why it could not be run: `rules` are those that it cites, then
};

/// Exercises the case `program`, for which the bench is calibrated.
CaseExercise exercise_case(const Program& program, const Workbench& bench);

}  // namespace epollcheck
