// Operations about the process that runs the program: its signals, what shows them, the account and
// the limits that it has, and the clock that it lives by.

#include <algorithm>
#include <cerrno>

#include "harness/executor/abi.h"
#include "harness/executor/announcements.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/program_ring.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

Result Interpreter::send_signals(const Operation& operation) {
    if ((operation.signals & ~kSentSignals) != 0) {
        return fail(
            {"a program sends itself a signal that would end or stop epollcheck. Use SIGUSR1, "
             "SIGUSR2, SIGRTMIN, SIGRTMIN_1 and SIGURG."});
    }
    const Outcome outcome = make<ProgramSignals::send>(operation.kind == OperationKind::kKill
                                                           ? ProgramSignals::Target::kProcess
                                                           : ProgramSignals::Target::kThread,
                                                       std::uint32_t{operation.signals});
    return outcome == -EAGAIN
               ? fail({"a program could not queue a signal: raise the limit of pending signals "
                       "(ulimit -i)."})
               : plain(outcome);
}

Interpreter::Outcome Interpreter::create_signalfd(const Operation& operation) {
    sigset_t& shown = memory_.arguments().signals;
    shown = signal_set(operation.signals);
    return make<system_call::signalfd>(-1, &shown, abi::signalfd_flags(operation.flags));
}

Result Interpreter::change_signalfd(const Operation& operation) {
    const int fd = number_of(operation.fd);
    if (fd == -1) {
        return plain(-EBADF);  // it would make a new one
    }
    sigset_t& shown = memory_.arguments().signals;
    shown = signal_set(operation.signals);
    const Outcome outcome = make<system_call::signalfd>(fd, &shown, 0);
    return plain(outcome > 0 ? 0 : outcome);
}

Result Interpreter::ring_call(const Operation& operation) {
    const int ring = number_of(operation.fd);
    if (operation.kind != OperationKind::kRingReap) {
        return plain(program_ring::submit(operation, ring, number_of(operation.other_fd)));
    }
    const Outcome count = program_ring::reap(ring, events_);
    event_count_ = static_cast<int>(std::max<Outcome>(count, 0));
    return count < 0 ? plain(count) : Result::of_events(event_count_);
}

Result Interpreter::signal_call(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kKill:
        case OperationKind::kTgkill:
            return send_signals(operation);
        case OperationKind::kSignalfdMask:
            return change_signalfd(operation);
        case OperationKind::kSigprocmask:
            return plain(make<ProgramSignals::change_mask>(operation.number,
                                                           std::uint32_t{operation.signals}));
        default:
            return plain(make<ProgramSignals::pending>());
    }
}

Result Interpreter::announce(const Operation& operation) {
    switch (static_cast<Path>(operation.number)) {
        case Path::kMounts:
            return plain(make<system_call::announce_mount>());
        case Path::kDomainName:
            return plain(make<system_call::announce_domain_name>());
        default:
            return fail(
                {"nothing is announced of that file. Use /proc/self/mounts or "
                 "/proc/sys/kernel/domainname."});
    }
}

/// Operations that change what the machine grants, or its clock; clean_up() takes them back.
Result Interpreter::machine_call(const Operation& operation) {
    std::optional<HarnessError> error;
    switch (operation.kind) {
        case OperationKind::kLimitWatches:
            error = account_.enter(operation.number);
            break;
        case OperationKind::kAnnounce:
            return announce(operation);
        case OperationKind::kLimitDescriptors:
            error = number_limit_.set(table_.base() + operation.number);
            break;
        default:
            error = clock_.step(operation.number);
            break;
    }
    return error ? fail(*error) : Result::of_value(0);
}

}  // namespace epollcheck
