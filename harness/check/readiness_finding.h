// Readiness findings: what is said and done when epoll, poll and select do not agree about a
// descriptor. No model takes part: the program, the descriptor and the three answers are all that
// there is (R-C13a).

#pragma once

#include <string>

#include "harness/check/finding.h"
#include "harness/executor/readiness_check.h"

namespace epollcheck {

/// How reports call this kind of disagreement.
inline constexpr const char* kReadinessPair = "epoll, poll and select";

/// One sentence: the descriptor and what each of the three says about it.
std::string readiness_text(const Program& program, const ReadinessDisagreement& disagreement);

/// A program and the disagreement that it ends with.
struct ReadinessFinding {
    Program program;
    ReadinessDisagreement disagreement;
};

/// Shrinks a program that ended with `disagreement` to one that ends with the same three answers
/// about some descriptor. If they do not come again, the finding is the program itself.
ReadinessFinding shrink_readiness_finding(const Workbench& bench, const Program& program,
                                          const ReadinessDisagreement& disagreement);

}  // namespace epollcheck
