// Executor: runs the operations of a program with real system calls in this process.
//
// The executor owns all descriptor numbers from a base upward: it plugs the numbers below with
// descriptors of /dev/null, so that the lowest-free rule of POSIX gives a program the slots 0, 1, 2
// and so on. A program leaves nothing behind, whatever it did. What cannot be learned because of
// this machine (no descriptors left, a watch limit, no /proc) is a HarnessError and never an
// answer.
//
// After the last operation of each program epoll, poll and select are asked about the descriptors
// that it left open, or about one of them (ask_about), and must agree (readiness_check.h): an
// oracle that needs no model.
//
// Rules for the process around it: while run() works, no other thread may open, close or duplicate
// descriptors. Between runs it may; the executor notices, moves its base and runs the program
// again. SIGPIPE is ignored and the last
// real-time signal has a handler from the first construction on.

#pragma once

#include <memory>
#include <optional>
#include <span>

#include "harness/executor/harness_error.h"
#include "harness/executor/readiness_check.h"
#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

/// The most bytes that one read, write, send or recv of a program may ask for.
inline constexpr std::uint32_t kMaxTransfer = 1U << 20;

class Executor {
public:
    /// Sets up once for many runs. Never throws for a reason of the machine: see setup_error().
    Executor() : Executor(kernel_readiness()) {}
    /// The same with another idea of what epoll, poll and select say: for tests of the comparison.
    explicit Executor(std::unique_ptr<ReadinessSource> readiness);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// Why programs cannot be run here, or nothing. run() gives the same error.
    [[nodiscard]] const std::optional<HarnessError>& setup_error() const { return setup_error_; }

    /// Clears `trace`, runs all operations in order and appends one result for each. Afterwards all
    /// descriptors and files of the program are gone. `handle_count` is Program::handles.size().
    /// After an error the trace holds the results up to the operation that could not be run.
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace);

    /// The same for a program that may have threads. Barriers divide it into sections; one in which
    /// only T1 has operations is run as by run(), and in another one each thread makes its calls
    /// side by side with the others (crew.h). Those make no descriptors: see concurrent_check.h.
    /// epoll, poll and select are not asked afterwards.
    std::optional<HarnessError> run_concurrent(std::span<const Operation> operations,
                                               int handle_count, const Schedule& schedule,
                                               ConcurrentTrace& trace);

    /// Which of the descriptors that a program left open epoll, poll and select are asked about.
    enum class Asked {
        kAll,
        kOneInTurn,  // by each run() another one: for campaigns, where asking costs a good part
    };
    void ask_about(Asked asked) { asked_ = asked; }
    [[nodiscard]] Asked asked() const { return asked_; }
    /// A descriptor about which epoll, poll and select did not agree after the last run(), or
    /// nothing. A finding about the target of its own kind, whatever its trace is like.
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const {
        return disagreement_;
    }

private:
    std::optional<HarnessError> run_here(std::span<const Operation> operations, int handle_count,
                                         Trace& trace);
    std::optional<ReadinessDisagreement> find_disagreement();
    template <class Run>
    std::optional<HarnessError> run_undisturbed(Run run);
    std::optional<HarnessError> gather_threads(std::span<const Operation> operations);

    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::optional<HarnessError> setup_error_;
    std::optional<ReadinessDisagreement> disagreement_;
    Asked asked_ = Asked::kAll;
    std::size_t turn_ = 0;
};

}  // namespace epollcheck
