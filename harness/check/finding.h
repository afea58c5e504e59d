// Findings: a program that deviates, made as small as it can be made without losing the deviation.

#pragma once

#include <functional>
#include <memory>

#include "harness/check/judge.h"
#include "harness/target/target.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// What programs run on and are judged by. All references outlive the workbench.
struct Workbench {
    Target& target;
    Judge& judge;
    Calibration& calibration;  // the one that `judge` uses; charges are added as needed
};

/// Why a program cannot be run on the bench, or "": its target does not offer what the operations
/// need. Such programs are skipped.
std::string reason_not_to_run(const Workbench& bench, std::span<const Operation> operations);

struct Finding {
    Program program;
    Trace trace;
    Judgement judgement;
};

/// Processes that try smaller programs at the same time (shrink_team.h), and when to give up.
struct ShrinkHelp {
    int jobs = 1;
    /// Another instance of the target, for a process of its own; null if there is none.
    std::function<std::unique_ptr<Target>()> open = {};
    /// Once it is true the smallest program so far will do.
    std::function<bool()> stop = [] { return false; };
};

/// Shrinks a program that gave `trace`, which deviates at `strictest`: the smaller program deviates
/// at the same tier in the same kind of operation, whose answer differs in the same way (cause.h),
/// by one of the same rules. If the deviation does not come again, the finding is the program
/// itself with the judgement of `trace`.
Finding shrink_finding(const Workbench& bench, const Program& program, const Trace& trace,
                       Tier strictest, const ShrinkHelp& help = {});

}  // namespace epollcheck
