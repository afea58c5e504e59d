// The operations that threads can run, and those that a program with threads cannot have at all.
// See concurrent_check.h.

#include "harness/executor/concurrent_check.h"

#include <algorithm>
#include <string>

#include "harness/executor/crew.h"
#include "model/vocabulary/operation_table.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {
namespace {

/// True for calls that make no descriptor and need nothing but the memory of their thread.
bool runs_in_threads(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollCtl:
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kIoUringWait:
        case OperationKind::kPoll:
        case OperationKind::kClose:
        case OperationKind::kFcntl:
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kSend:
        case OperationKind::kRecv:
        case OperationKind::kShutdown:
        case OperationKind::kSendFd:
        case OperationKind::kWriteLine:
        case OperationKind::kTimerfdSettime:
        case OperationKind::kTimerfdGettime:
        case OperationKind::kAwait:
        case OperationKind::kResume:
        case OperationKind::kInterrupt:
            return true;
        case OperationKind::kExit:
            return operation.process != 0;
        case OperationKind::kDup2:
            return operation.other_fd.handle != kNoHandle;  // a number that the program knows
        default:
            return false;
    }
}

/// What the program may not do anywhere, or null.
const char* trouble_of(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kExec:
            return "an exec";  // of the memory of its threads nothing would be left
        case OperationKind::kSpawn:
        case OperationKind::kKillChild:
        case OperationKind::kReap:
            return "children";
        case OperationKind::kSignalfd:
        case OperationKind::kSignalfdMask:
        case OperationKind::kKill:
        case OperationKind::kTgkill:
        case OperationKind::kSigprocmask:
        case OperationKind::kSigpending:
            return "signals";
        case OperationKind::kLimitWatches:
            return "an account of its own";
        default:
            return operation.process == 0 && leaves_descriptor_table(operation)
                       ? "a descriptor table of its own"
                       : nullptr;
    }
}

bool makes_process(const Operation& operation) {
    return operation.kind == OperationKind::kFork || operation.kind == OperationKind::kClone;
}

/// What a program cannot have beside a second process, or null.
const char* trouble_beside_process(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kTimerfdCreate:
            return "timers";
        case OperationKind::kOpenpty:
            return "terminals";
        default:
            return makes_internet_socket(operation) ? "internet sockets" : nullptr;
    }
}

bool is_wait(const Operation& operation) {
    return operation.kind == OperationKind::kEpollWait ||
           operation.kind == OperationKind::kEpollPwait ||
           operation.kind == OperationKind::kEpollPwait2;
}

bool is_about_thread(const Operation& operation) {
    return operation.kind == OperationKind::kAwait || operation.kind == OperationKind::kResume ||
           operation.kind == OperationKind::kInterrupt;
}

/// True for calls besides waits by system call that may wait.
bool waits_otherwise(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kIoUringWait:
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kSend:
        case OperationKind::kRecv:
        case OperationKind::kSendFd:
        case OperationKind::kWriteLine:
            return true;
        default:
            return false;
    }
}

/// True if the operation interrupts a thread that has such calls in the same section.
bool interrupts_other_wait(const Operation& operation, std::span<const Operation> section) {
    return operation.kind == OperationKind::kInterrupt &&
           std::ranges::any_of(section, [&](const Operation& other) {
               return strand_of(other) == named_strand(operation) && waits_otherwise(other);
           });
}

std::string at_operation(std::size_t index, const Operation& operation) {
    return "operation " + std::to_string(index + 1) + " (" +
           std::string(operation_spec(operation.kind).name) + ")";
}

std::optional<HarnessError> check_anywhere(std::span<const Operation> operations) {
    const bool has_process = std::ranges::any_of(operations, makes_process);
    const int threads = has_process ? kStrandOfSecondProcess : kMaxWorkers;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const Operation& operation = operations[i];
        const char* const trouble = trouble_of(operation);
        const char* const other = has_process ? trouble_beside_process(operation) : nullptr;
        if (trouble != nullptr || other != nullptr) {
            return HarnessError{at_operation(i, operation) + ": a program with threads " +
                                (other != nullptr ? "and a second process " : "") + "cannot have " +
                                (other != nullptr ? other : trouble) +
                                " here. Leave it out, or run everything in T1."};
        }
        if (operation.thread >= threads) {
            return HarnessError{at_operation(i, operation) + " runs in thread T" +
                                std::to_string(operation.thread + 1) + "; there are only T1 to T" +
                                std::to_string(threads) +
                                (has_process ? " beside a second process." : ".")};
        }
    }
    return std::nullopt;
}

std::optional<HarnessError> check_section(std::span<const Operation> section, std::size_t first) {
    for (std::size_t i = 0; i < section.size(); ++i) {
        const Operation& operation = section[i];
        const std::string name = at_operation(first + i, operation);
        if (!runs_in_threads(operation)) {
            return HarnessError{name +
                                " cannot run side by side with other threads: it makes "
                                "descriptors, or needs more than its thread. Put a barrier "
                                "between it and what the other threads do."};
        }
        if ((operation.pointer == Pointer::kPaused &&
             (!is_wait(operation) || operation.process != 0)) ||
            operation.timeout_pointer == Pointer::kPaused ||
            operation.mask_pointer == Pointer::kPaused) {
            return HarnessError{name + ": only the event buffer of a wait in P1 can be PAUSED."};
        }
        if (is_about_thread(operation) &&
            (named_strand(operation) == strand_of(operation) || named_strand(operation) < 0 ||
             named_strand(operation) >= kMaxWorkers)) {
            return HarnessError{name + " has to name another thread, T1 to T" +
                                std::to_string(kMaxWorkers) + "."};
        }
        if (interrupts_other_wait(operation, section)) {
            return HarnessError{name +
                                ": only a thread that neither reads, writes nor waits by io_uring "
                                "up to the next barrier can be interrupted, because what a signal "
                                "leaves of these calls is not modelled."};
        }
    }
    return std::nullopt;
}

std::optional<HarnessError> check_sequential(std::span<const Operation> section,
                                             std::size_t first) {
    const auto found = std::ranges::find(section, Pointer::kPaused, &Operation::pointer);
    if (found == section.end()) {
        return std::nullopt;
    }
    const auto index = static_cast<std::size_t>(found - section.begin());
    return HarnessError{at_operation(first + index, *found) +
                        " stops until another thread resumes it, but only T1 runs there."};
}

}  // namespace

bool leaves_descriptor_table(const Operation& operation) {
    return operation.kind == OperationKind::kUnshare ||
           operation.kind == OperationKind::kCloseRange;
}

bool makes_internet_socket(const Operation& operation) {
    return operation.kind == OperationKind::kSocket &&
           operation.number == static_cast<std::int32_t>(Domain::kInet);
}

std::size_t section_length(std::span<const Operation> operations) {
    const auto barrier = std::ranges::find(operations, OperationKind::kBarrier, &Operation::kind);
    return static_cast<std::size_t>(barrier - operations.begin());
}

bool is_concurrent(std::span<const Operation> section) {
    return std::ranges::any_of(section,
                               [](const Operation& operation) { return operation.thread != 0; });
}

std::optional<HarnessError> find_obstacle_to_threads(std::span<const Operation> operations) {
    if (!is_concurrent(operations)) {
        return std::nullopt;
    }
    if (auto error = check_anywhere(operations)) {
        return error;
    }
    for (std::size_t first = 0; first < operations.size();) {
        const auto section = operations.subspan(first, section_length(operations.subspan(first)));
        auto error = is_concurrent(section) ? check_section(section, first)
                                            : check_sequential(section, first);
        if (error) {
            return error;
        }
        first += section.size() + 1;
    }
    return std::nullopt;
}

}  // namespace epollcheck
