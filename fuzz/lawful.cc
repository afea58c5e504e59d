// Lawful programs. See lawful.h.

#include "fuzz/lawful.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "fuzz/bounds.h"
#include "fuzz/handle_kinds.h"
#include "fuzz/lawful_threads.h"
#include "fuzz/used_fields.h"
#include "harness/program/shrink.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

/// What a program uses that not everything else goes with (Generator::is_excluded,
/// Interpreter::check_program).
enum Use : std::uint32_t {
    kProcesses = 1U << 0,
    kWatches = 1U << 1,
    kChildren = 1U << 2,
    kRing = 1U << 3,
    kSignals = 1U << 4,
    kTimers = 1U << 5,
    kTerminals = 1U << 6,
    kPassing = 1U << 7,
    kOwnRing = 1U << 8,
    kTables = 1U << 9,
};

constexpr struct {
    std::uint32_t use;
    std::uint32_t others;
} kConflicts[] = {
    {kProcesses, kWatches | kChildren | kRing},
    {kRing, kSignals},
    {kOwnRing, kProcesses | kWatches | kChildren | kSignals | kTimers | kTerminals | kTables},
    {kPassing, kTimers | kChildren | kSignals | kTerminals},
};

std::uint32_t use_of(OperationKind kind) {
    switch (kind) {
        case Kind::kFork:
        case Kind::kClone:
            return kProcesses;
        case Kind::kInotifyInit1:
            return kWatches;
        case Kind::kSpawn:
            return kChildren;
        case Kind::kIoUringCtl:
        case Kind::kIoUringWait:
            return kRing;
        case Kind::kSignalfd:
            return kSignals;
        case Kind::kTimerfdCreate:
            return kTimers;
        case Kind::kOpenpty:
            return kTerminals;
        case Kind::kSendFd:
            return kPassing;
        case Kind::kUnshare:
        case Kind::kCloseRange:
            return kTables;
        default:
            return is_about_rings(kind) ? std::uint32_t{kOwnRing} : 0;
    }
}

bool waits_for_time(const Operation& operation) {
    return operation.timeout_ms != 0 || operation.timeout_pointer == Pointer::kNull ||
           (operation.timeout_nanoseconds > 0 && operation.kind != Kind::kTimerfdSettime);
}

bool is_internet_socket(const Operation& operation) {
    return operation.kind == Kind::kSocket &&
           operation.number == static_cast<std::int32_t>(Domain::kInet);
}

/// How many of a costly operation a program may have; 0 of operations that cost little.
int most_of(const Operation& operation) {
    switch (operation.kind) {
        case Kind::kFork:
        case Kind::kClone:
        case Kind::kExec:
        case Kind::kFill:
            return 1;
        case Kind::kInotifyInit1:
        case Kind::kOpenOther:
        case Kind::kVforkClose:
        case Kind::kDrain:
            return 2;
        case Kind::kSpawn:
        case Kind::kOpenpty:
        case Kind::kRingSetup:
            return 3;
        case Kind::kAnnounce:
        case Kind::kSettle:
            return 6;
        default:
            return operation.arriving != 0 || waits_for_time(operation) ? 1
                   : is_internet_socket(operation)                      ? 6
                                                                        : 0;
    }
}

/// Goes through a program and tells what may stay in it.
class Censor {
public:
    /// True if `operation` may come next; then it has.
    bool admits(const Operation& operation) {
        const std::uint32_t use = use_of(operation.kind);
        for (const auto& conflict : kConflicts) {
            if (((use & conflict.use) != 0 && (uses_ & conflict.others) != 0) ||
                ((use & conflict.others) != 0 && (uses_ & conflict.use) != 0)) {
                return false;
            }
        }
        if (!is_of_right_kind(operation)) {
            return false;
        }
        if (const int most = most_of(operation); most > 0 && ++costly_[operation.kind] > most) {
            return false;
        }
        uses_ |= use;
        kinds_.follow(operation);
        for (const std::int16_t bound : operation.bound) {
            killed_ &= bound < 0 ? ~std::uint64_t{0} : ~(std::uint64_t{1} << bound);
        }
        if (operation.kind == Kind::kKillChild && kinds_.of(operation.fd) == HandleKind::kPidfd) {
            killed_ |= std::uint64_t{1} << operation.fd.handle;
        }
        return true;
    }

private:
    /// Some calls are modelled for one kind of file, or wait for long on others.
    [[nodiscard]] bool is_of_right_kind(const Operation& operation) const {
        const HandleKind kind = kinds_.of(operation.fd);
        switch (operation.kind) {
            case Kind::kLseek:
            case Kind::kFstat:
            case Kind::kReadlink:
            case Kind::kFallocate:
            case Kind::kIoctl:
                return kind == HandleKind::kEpoll;
            case Kind::kFill:
            case Kind::kDrain:
                return kind == HandleKind::kTcp;
            case Kind::kWriteLine:
            case Kind::kTcsetattr:
            case Kind::kOpenSlave:
                return kind == HandleKind::kTerminal;
            case Kind::kSettle:
                return kind == HandleKind::kTerminal || kind == HandleKind::kPidfd ||
                       kind == HandleKind::kTimerfd;
            case Kind::kReap:  // of a child that nobody told to end it waits
                return operation.fd.handle >= 0 && (killed_ >> operation.fd.handle & 1) != 0;
            default:
                return true;
        }
    }

    std::uint32_t uses_ = 0;
    std::uint64_t killed_ = 0;  // handles of children that were told to end
    HandleKinds kinds_;
    std::map<OperationKind, int> costly_;
};

void bound_handle(std::int16_t& handle) {
    if (handle >= 0) {
        handle = static_cast<std::int16_t>(handle % kMostLawfulHandles);
    }
}

/// Some calls belong to one process, see Interpreter::check_program.
void assign_process(Operation& operation) {
    switch (operation.kind) {
        case Kind::kExec:
        case Kind::kExit:
            operation.process = 1;
            return;
        case Kind::kSpawn:
        case Kind::kKillChild:
        case Kind::kReap:
        case Kind::kIoUringCtl:
        case Kind::kIoUringWait:
        case Kind::kFork:
        case Kind::kClone:
        case Kind::kBarrier:
            operation.process = 0;
            return;
        default:
            operation.process = is_about_rings(operation.kind)
                                    ? std::uint8_t{0}
                                    : static_cast<std::uint8_t>(operation.process % kMaxProcesses);
    }
}

void give_usual_fields(Program& program) {
    for (Operation& operation : program.operations) {
        bound_handle(operation.bound[0]);
        bound_handle(operation.bound[1]);
        bound_handle(operation.fd.handle);
        bound_handle(operation.other_fd.handle);
        assign_process(operation);
        operation.thread = static_cast<std::uint8_t>(operation.thread % kMaxThreads);
        operation = with_used_fields(operation);
    }
}

void make_sequential(Program& program) {
    std::erase_if(program.operations, [](const Operation& operation) {
        return operation.kind == Kind::kBarrier || operation.kind == Kind::kAwait ||
               operation.kind == Kind::kResume || operation.kind == Kind::kInterrupt;
    });
    for (Operation& operation : program.operations) {
        operation.thread = 0;
        if (operation.pointer == Pointer::kPaused) {
            operation.pointer = Pointer::kBad;
        }
        bound_length(operation, false);
    }
}

void make_runnable(Program& program) {
    const bool has_internet = std::ranges::any_of(program.operations, is_internet_socket);
    std::erase_if(program.operations,
                  [](const Operation& operation) { return !is_permitted(operation.kind); });
    for (Operation& operation : program.operations) {
        bound_arguments(operation, has_internet);
    }
}

/// Numbers the handles as the printer does, and gives them names.
void tidy(Program& program) {
    program.handles.assign(kMostLawfulHandles, "h");
    program = with_tidy_handles(program);
    for (std::size_t i = 0; i < program.handles.size(); ++i) {
        program.handles[i] = fmt::format("h{}", i);
    }
}

}  // namespace

void make_lawful(Program& program, Reach reach) {
    program.header = {};
    program.annotations.clear();
    program.closing_comments.clear();
    give_usual_fields(program);
    if (reach == Reach::kThreads) {
        shape_threads(program);
    } else {
        make_sequential(program);
    }
    if (reach == Reach::kMachine) {
        make_runnable(program);
        tidy(program);
        Censor censor;
        std::erase_if(program.operations,
                      [&](const Operation& operation) { return !censor.admits(operation); });
    }
    if (program.operations.size() > kMostLawfulOperations) {
        program.operations.resize(kMostLawfulOperations);
    }
    tidy(program);
}

bool is_costly(std::span<const Operation> operations) {
    return std::ranges::any_of(operations, [](const Operation& operation) {
        return most_of(operation) > 0 && operation.kind != Kind::kSettle;
    });
}

}  // namespace epollcheck
