// Target: an implementation of epoll that runs programs, wherever it is.
//
// What judges programs knows targets only by this interface, so the same cases, campaigns and
// shrinkers work on the kernel below this process and on one behind a pipe. A target that runs
// elsewhere answers many programs for one question, hence run_batch().

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/executor/calibration_probe.h"
#include "harness/executor/executor.h"
#include "harness/executor/harness_error.h"

namespace epollcheck {

/// What can be asked about a machine before any program runs on it.
class Machine {
public:
    virtual ~Machine() = default;
    /// measure_capacities() on that machine.
    virtual std::optional<HarnessError> measure(Capacities& capacities) = 0;
    /// measure_unix_charge() on that machine: bytes, 0 if there is none.
    virtual std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                                       std::uint32_t& charge) = 0;
};

/// The machine that this process runs on.
Machine& this_machine();

/// A program as an executor needs it. What it refers to outlives the run.
struct ProgramToRun {
    std::span<const Operation> operations;
    int handle_count = 0;  // Program::handles.size()
};

/// What one run of a program gave.
struct ProgramRun {
    Trace trace;  // after an error: up to the operation that could not be run
    std::optional<ReadinessDisagreement> disagreement;
    std::optional<HarnessError> error;
};

/// What one run of a program with threads gave.
struct HistoryRun {
    ConcurrentTrace trace;
    std::optional<HarnessError> error;
};

class Target : public Machine {
public:
    /// The kernel that it claims to be, as `uname -srm` prints it.
    [[nodiscard]] virtual std::string kernel() const = 0;

    /// Why a program cannot be run, or "": it needs what this target does not offer. Such programs
    /// are skipped; run() gives a HarnessError.
    [[nodiscard]] virtual std::string cannot_run(std::span<const Operation> /*operations*/) const {
        return "";
    }
    /// Executor::run() in the target. HarnessError::of_target tells a target that died, hung or
    /// talked nonsense from a machine or harness that could not do its part.
    virtual std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                            Trace& trace) = 0;
    /// Executor::run_concurrent() in the target: programs with threads.
    virtual std::optional<HarnessError> run_concurrent(std::span<const Operation> operations,
                                                       int handle_count, const Schedule& schedule,
                                                       ConcurrentTrace& trace);
    /// Runs a program with threads once for each of `runs`, with the schedules of this seed and of
    /// those that follow. After an error of the target the rest is not run and has that error.
    virtual void repeat_concurrent(std::span<const Operation> operations, int handle_count,
                                   Schedule schedule, std::span<HistoryRun> runs);
    /// Runs all programs, as if by run(), and stores what each gave. A program that takes the
    /// target down costs only itself.
    virtual void run_batch(std::span<const ProgramToRun> programs, std::span<ProgramRun> runs);
    /// How many programs make a good batch.
    [[nodiscard]] virtual std::size_t batch_size() const { return 1; }

    /// How long we have waited for it, where it runs elsewhere.
    [[nodiscard]] virtual std::chrono::nanoseconds waited() const { return {}; }

    /// Executor::ask_about(), asked() and disagreement().
    virtual void ask_about(Executor::Asked asked) = 0;
    [[nodiscard]] virtual Executor::Asked asked() const = 0;
    [[nodiscard]] virtual const std::optional<ReadinessDisagreement>& disagreement() const = 0;
};

}  // namespace epollcheck
