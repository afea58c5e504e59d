// The wait family. See wait.h.

#include "model/eventpoll/wait.h"

#include <limits>

#include "model/eventpoll/harvest.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/signalfd.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kKernelSignalSetSize = 8;  // bytes
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

void check_timespec(const Operation& operation, ErrorList& errors) {
    if (operation.kind != OperationKind::kEpollPwait2) {
        return;
    }
    if (operation.timeout_pointer == Pointer::kBad ||
        operation.timeout_pointer == Pointer::kKernel) {
        errors.add(error::kEFAULT, Rule::kB21);
    } else if (operation.timeout_pointer == Pointer::kGood &&
               (operation.timeout_seconds < 0 || operation.timeout_nanoseconds < 0 ||
                operation.timeout_nanoseconds >= kNanosecondsPerSecond)) {
        errors.add(error::kEINVAL, Rule::kB21);
    }
}

void check_signal_mask(const Operation& operation, ErrorList& errors) {
    if (operation.kind == OperationKind::kEpollWait || operation.mask_pointer == Pointer::kNull) {
        return;
    }
    if (operation.signal_set_size != kKernelSignalSetSize) {
        errors.add(error::kEINVAL, Rule::kB22);
    }
    if (operation.mask_pointer != Pointer::kGood) {
        errors.add(error::kEFAULT, Rule::kB22);
    }
}

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

bool waits_for_ever(const Operation& operation) {
    if (operation.kind == OperationKind::kEpollPwait2) {
        return operation.timeout_pointer == Pointer::kNull ||
               operation.timeout_seconds > kEndlessSeconds;
    }
    return operation.timeout_ms < 0 || operation.timeout_ms > kEndlessSeconds * 1000;
}

/// True if the wait has a time-out other than 0.
bool has_timeout(const Operation& operation) {
    return operation.kind == OperationKind::kEpollPwait2
               ? operation.timeout_seconds != 0 || operation.timeout_nanoseconds != 0
               : operation.timeout_ms != 0;
}

/// The rule by which a wait that found nothing ends.
Rule rule_of_timeout(const Operation& operation) {
    if (operation.kind == OperationKind::kEpollPwait2) {
        return Rule::kE7;
    }
    return operation.timeout_ms == 0 ? Rule::kE2 : Rule::kE4;
}

int writable_events(const Operation& operation) {
    switch (operation.pointer) {
        case Pointer::kGood:
            return kMaxEvents;
        case Pointer::kRoom:
            return operation.room;
        default:
            return 0;
    }
}

}  // namespace

Result wait_for_events(Transition& transition, const Operation& operation) {
    if (operation.kind == OperationKind::kEpollPwait2 &&
        !transition.settings.calibration->has_epoll_pwait2) {
        return transition.give_up("the target has no epoll_pwait2");
    }
    ErrorList early;
    check_timespec(operation, early);
    check_signal_mask(operation, early);
    const CommonErrors wrong = common_errors(transition, operation);
    ErrorList errors = early;
    append(wrong, true, errors);
    if (errors.any() && !transition.overlooks(errors)) {
        return refuse(transition, early, wrong);
    }
    const int instance = transition.world.files[open_file(transition, operation.fd)].object;
    const int writable = writable_events(operation);
    if (!transition.exact() && waits_for_ever(operation) && transition.choose(0b11) == 1) {
        interrupt(transition);
    }
    const Result result = harvest(transition, instance, operation.number, writable);
    if (result.kind == ResultKind::kEvents && result.event_count == 0) {
        if (operation.pointer != Pointer::kGood && operation.pointer != Pointer::kRoom) {
            ErrorList unused_buffer;
            unused_buffer.add(error::kEFAULT, Rule::kB26);
            transition.decided_by(Rule::kB26);
            if (!transition.enforces(Rule::kB26) && !transition.overlooks(unused_buffer)) {
                return transition.fail(unused_buffer);
            }
        }
        if (operation.mask_pointer == Pointer::kGood && has_pending_signal(transition.world) &&
            (waits_for_ever(operation) || has_timeout(operation))) {
            return transition.give_up("a signal that ends a wait is not modelled");
        }
        if (waits_for_ever(operation)) {
            transition.decided_by(Rule::kE3);
            interrupt(transition);  // by the executor, which wakes items of signalfds
            const Result after = harvest(transition, instance, operation.number, writable);
            const bool nothing = after.kind == ResultKind::kEvents && after.event_count == 0;
            return nothing ? Result::blocked() : after;
        }
        transition.decided_by(rule_of_timeout(operation));
    }
    return result;
}

}  // namespace epollcheck
