// History table: a history of a register as people read it, one column for each process.

#pragma once

#include <string>

#include "stress/history/history_text.h"
#include "stress/history/linearizability.h"

namespace epollcheck {

/// The events in the order of time, with the place that each call has in the order of `result`. The
/// call that no order explains is marked.
std::string history_table(const RegisterHistory& history, const LinearizabilityResult& result);

}  // namespace epollcheck
