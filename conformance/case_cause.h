// The cause of a case that did not pass, for its record (harness/check/cause.h).

#pragma once

#include <string>
#include <vector>

#include "harness/check/case_check.h"
#include "harness/target/target.h"

namespace epollcheck {

/// The cause of what `judgement` and `disagreements` found in `run`: of the deviation at the
/// loosest tier; else of the answer that is not a written one; else of a disagreement of epoll,
/// poll and select. Empty if the target is not accused: expectation and model disagree.
std::string case_cause(const Program& program, const ProgramRun& run, const Judgement& judgement,
                       const std::vector<Disagreement>& disagreements, const Profile& profile);

/// The cause of a program that took the target down; `run.trace` ends before the operation.
std::string crash_cause(const Program& program, const ProgramRun& run);

}  // namespace epollcheck
