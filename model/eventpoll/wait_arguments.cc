// Arguments of waits. See wait_arguments.h.

#include "model/eventpoll/wait_arguments.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kKernelSignalSetSize = 8;  // bytes
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

bool takes_timespec(OperationKind kind) {
    return kind == OperationKind::kEpollPwait2 || kind == OperationKind::kPpoll ||
           kind == OperationKind::kPselect;
}

bool takes_mask(OperationKind kind) {
    return takes_timespec(kind) || kind == OperationKind::kEpollPwait;
}

}  // namespace

void check_timespec(const Operation& operation, Rule rule, ErrorList& errors) {
    if (!takes_timespec(operation.kind)) {
        return;
    }
    if (operation.timeout_pointer == Pointer::kBad ||
        operation.timeout_pointer == Pointer::kKernel) {
        errors.add(error::kEFAULT, rule);
    } else if (operation.timeout_pointer == Pointer::kGood &&
               (operation.timeout_seconds < 0 || operation.timeout_nanoseconds < 0 ||
                operation.timeout_nanoseconds >= kNanosecondsPerSecond)) {
        errors.add(error::kEINVAL, rule);
    }
}

void check_signal_mask(const Operation& operation, Rule rule, ErrorList& errors) {
    if (!takes_mask(operation.kind) || operation.mask_pointer == Pointer::kNull) {
        return;
    }
    if (operation.signal_set_size != kKernelSignalSetSize) {
        errors.add(error::kEINVAL, rule);
    }
    if (operation.mask_pointer != Pointer::kGood) {
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
