// Undisturbed: one run of a program that Ctrl-C cannot spoil.

#pragma once

#include "conformance/case_runner.h"

namespace epollcheck {

/// run_case(), and once more if a wish to stop arrived meanwhile and the result is bad: the signal
/// may have cut a system call of the program short.
CaseResult run_undisturbed(const Program& program, const Workbench& bench, Tier strictest,
                           Trace& trace);

}  // namespace epollcheck
