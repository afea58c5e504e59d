// Arguments of waits. See wait_arguments.h.

#include "model/eventpoll/wait_arguments.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kKernelSignalSetSize = 8;  // bytes
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

bool is_unreadable(Pointer pointer) {
    return pointer == Pointer::kBad || pointer == Pointer::kKernel;
}

bool takes_timespec(OperationKind kind) {
    return kind == OperationKind::kEpollPwait2 || kind == OperationKind::kPpoll ||
           kind == OperationKind::kPselect;
}

bool takes_mask(OperationKind kind) {
    return takes_timespec(kind) || kind == OperationKind::kEpollPwait;
}

}  // namespace

void check_timespec(Transition& transition, const Operation& operation, Rule rule,
                    ErrorList& errors) {
    if (!takes_timespec(operation.kind) || transition.has(Defect::kTimespecUnchecked)) {
        return;
    }
    const std::int64_t most = transition.has(Defect::kBillionNanoseconds)
                                  ? kNanosecondsPerSecond
                                  : kNanosecondsPerSecond - 1;
    transition.decided_by(rule);
    if (is_unreadable(operation.timeout_pointer)) {
        if (!transition.has(Defect::kTimespecFaultIgnored)) {
            errors.add(error::kEFAULT, rule);
        }
    } else if (operation.timeout_pointer == Pointer::kGood &&
               (operation.timeout_seconds < 0 || operation.timeout_nanoseconds < 0 ||
                operation.timeout_nanoseconds > most)) {
        errors.add(error::kEINVAL, rule);
    }
}

void check_signal_mask(Transition& transition, const Operation& operation, Rule rule,
                       ErrorList& errors) {
    if (!takes_mask(operation.kind)) {
        return;
    }
    const bool has_mask = operation.mask_pointer != Pointer::kNull;
    transition.decided_by(rule);
    if (operation.signal_set_size != kKernelSignalSetSize &&
        (has_mask || transition.has(Defect::kSignalSetSizeWithoutMask)) &&
        !transition.has(Defect::kSignalSetSizeUnchecked)) {
        errors.add(error::kEINVAL, rule);
    }
    if (has_mask && operation.mask_pointer != Pointer::kGood &&
        !transition.has(Defect::kSignalMaskUnread)) {
        errors.add(error::kEFAULT, rule);
    }
}

bool waits_for_ever(const Operation& operation) {
    if (operation.kind == OperationKind::kIoUringWait) {
        return true;
    }
    if (takes_timespec(operation.kind)) {
        return operation.timeout_pointer == Pointer::kNull ||
               operation.timeout_seconds > kEndlessSeconds;
    }
    return operation.timeout_ms < 0 || operation.timeout_ms > kEndlessSeconds * 1000;
}

bool looks_once(const Operation& operation) {
    if (waits_for_ever(operation)) {
        return false;
    }
    return takes_timespec(operation.kind)
               ? operation.timeout_seconds == 0 && operation.timeout_nanoseconds == 0
               : operation.timeout_ms == 0;
}

}  // namespace epollcheck
