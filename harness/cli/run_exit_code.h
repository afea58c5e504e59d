// The exit code of a run: what its worst case was.

#pragma once

#include "reports/results.h"

namespace epollcheck {

/// The exit code (exit_code.h) of a run with that summary.
int exit_code_of(const RunSummary& summary);

}  // namespace epollcheck
