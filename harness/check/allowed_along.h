// What the model allows along a trace, operation by operation, for who lays traces side by side.

#pragma once

#include <span>
#include <vector>

#include "harness/check/judge.h"

namespace epollcheck {

/// The answers that `judge` allows at `tier` for each operation, given the answers of `trace`
/// before it, and at most kMaxShownAnswers of each. Ends behind the first answer that is forbidden,
/// or that the model cannot follow, and with the trace.
std::vector<std::vector<AllowedAnswer>> allowed_along(std::span<const Operation> operations,
                                                      const Trace& trace, const Judge& judge,
                                                      Tier tier);

}  // namespace epollcheck
