// Runs on several targets at once, each in a process of its own.
//
// An executor in this process owns the descriptor numbers, and Catch2 runs its tests once, so
// targets cannot share a process. A child sends its records through a pipe, line by line as they
// are in a file, and the parent hands them on.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "harness/cli/run_on_target.h"
#include "harness/cli/run_report.h"

namespace epollcheck {

/// Runs the plan on all `targets`, at most `jobs` at the same time; run number i of the report is
/// that on targets[i]. `progress` is called now and then. Returns what kept runs from being made or
/// finished, each a sentence with the name of its target. An interruption of this process is passed
/// on, and the runs end with what they have.
std::vector<std::string> run_in_processes(const RunPlan& plan,
                                          const std::vector<PlannedTarget>& targets,
                                          std::size_t jobs, RunReport& report,
                                          const std::function<void()>& progress);

}  // namespace epollcheck
