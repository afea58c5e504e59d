// The wait family. See wait.h.

#include "model/eventpoll/wait.h"

#include <limits>

#include "model/eventpoll/harvest.h"
#include "model/eventpoll/signals.h"
#include "model/eventpoll/wait_arguments.h"
#include "model/kinds/descriptors.h"

namespace epollcheck {

namespace {

struct CommonErrors {
    bool bad_descriptor = false;
    bool bad_maximum = false;    // not positive
    bool large_maximum = false;  // larger than the buffer of a system call can be
    bool bad_buffer = false;
    bool not_epoll = false;
};

/// Appends what is wrong in the order of R-B23 (`descriptor_first`) or of R-B24.
void append(const CommonErrors& wrong, bool descriptor_first, ErrorList& errors) {
    if (wrong.bad_descriptor && descriptor_first) {
        errors.add(error::kEBADF, Rule::kB27);
    }
    if (wrong.bad_maximum) {
        errors.add(error::kEINVAL, Rule::kB27);
    }
    if (wrong.large_maximum) {
        errors.add(error::kEINVAL, Rule::kB25);
    }
    if (wrong.bad_buffer) {
        errors.add(error::kEFAULT, Rule::kB26);
    }
    if (wrong.bad_descriptor && !descriptor_first) {
        errors.add(error::kEBADF, Rule::kB27);
    }
    if (wrong.not_epoll) {
        errors.add(error::kEINVAL, Rule::kB27);
    }
}

CommonErrors common_errors(Transition& transition, const Operation& operation) {
    const int file = open_file(transition, operation.fd);
    const std::int64_t most_events = std::numeric_limits<std::int32_t>::max() /
                                     transition.settings.calibration->epoll_event_size;
    CommonErrors wrong;
    wrong.bad_descriptor = file < 0;
    wrong.bad_maximum = operation.number <= 0;
    wrong.large_maximum = operation.number > most_events;
    wrong.bad_buffer = operation.pointer == Pointer::kKernel;
    wrong.not_epoll = file >= 0 && transition.world.files[file].kind != FileKind::kEpoll;
    return wrong;
}

/// The answer for bad arguments. Which check comes first changed in 6.15, so tier linux allows what
/// either order gives, and tier contract any error that applies (N-1).
Result refuse(Transition& transition, const ErrorList& early, const CommonErrors& wrong) {
    ErrorList new_order = early;
    append(wrong, true, new_order);
    ErrorList old_order = early;
    append(wrong, false, old_order);
    transition.decided_by(transition.has(VersionDifference::kV45) ? Rule::kB23 : Rule::kB24);
    if (transition.exact() || early.any()) {
        return transition.fail(transition.has(VersionDifference::kV45) ? new_order : old_order);
    }
    if (transition.contract()) {
        return transition.fail(new_order);
    }
    ErrorList either;
    either.add(new_order.error(0), new_order.rule(0));
    either.add(old_order.error(0), old_order.rule(0));
    return transition.fail_with(either, true);
}

/// The rule by which a wait that found nothing ends.
Rule rule_of_timeout(const Operation& operation) {
    if (operation.kind == OperationKind::kEpollPwait2) {
        return Rule::kE7;
    }
    return operation.timeout_ms == 0 ? Rule::kE2 : Rule::kE4;
}

/// Events that the buffer has room for. One of which only a part fits does not fit (R-B28).
int writable_events(const Transition& transition, const Operation& operation) {
    switch (operation.pointer) {
        case Pointer::kGood:
        case Pointer::kUnaligned:
            return kMaxEvents;
        case Pointer::kRoom:
            return operation.room +
                   operation.room_bytes /
                       static_cast<int>(transition.settings.calibration->epoll_event_size);
        default:
            return 0;
    }
}

}  // namespace

Result wait_for_events(Transition& transition, const Operation& operation) {
    const Calibration& calibration = *transition.settings.calibration;
    if (operation.kind == OperationKind::kEpollPwait2 && !calibration.has_epoll_pwait2) {
        return transition.give_up("the target has no epoll_pwait2");
    }
    if (operation.kind == OperationKind::kIoUringWait) {
        transition.decided_by(Rule::kB49);
        if (!calibration.has_ring_wait) {
            return transition.give_up("the target has no EPOLL_WAIT in io_uring");
        }
    }
    ErrorList early;
    check_timespec(operation, Rule::kB21, early);
    check_signal_mask(operation, Rule::kB22, early);
    const CommonErrors wrong = common_errors(transition, operation);
    ErrorList errors = early;
    append(wrong, true, errors);
    if (errors.any() && !transition.overlooks(errors)) {
        return refuse(transition, early, wrong);
    }
    const int instance = transition.world.files[open_file(transition, operation.fd)].object;
    const Result result =
        harvest(transition, instance, operation.number, writable_events(transition, operation));
    const bool signalled = deliverable_signals(transition.world, operation) != 0;
    if (signalled && result.event_count > 0) {
        transition.decided_by(Rule::kE1);  // the signal stays pending
    }
    if (result.kind == ResultKind::kEvents && result.event_count == 0) {
        if (operation.pointer == Pointer::kNull || operation.pointer == Pointer::kBad ||
            operation.pointer == Pointer::kKernel) {
            ErrorList unused_buffer;
            unused_buffer.add(error::kEFAULT, Rule::kB26);
            transition.decided_by(Rule::kB26);
            if (!transition.enforces(Rule::kB26) && !transition.overlooks(unused_buffer)) {
                return transition.fail(unused_buffer);
            }
        }
        // Whether a call that does not wait looks at signals is a detail of Linux.
        const bool looks_at_signals =
            !looks_once(operation) ||
            (signalled && !transition.enforces(Rule::kE2) && transition.choose(0b11) == 1);
        if (signalled && looks_at_signals) {
            return interrupt(transition, operation);
        }
        if (waits_for_ever(operation)) {
            transition.decided_by(Rule::kE3);
            return Result::blocked();
        }
        transition.decided_by(rule_of_timeout(operation));
    }
    return result;
}

}  // namespace epollcheck
