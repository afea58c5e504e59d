// The wait family. See wait.h.

#include "model/eventpoll/wait.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "model/eventpoll/harvest.h"
#include "model/eventpoll/poll_instance.h"
#include "model/eventpoll/signals.h"
#include "model/eventpoll/wait_arguments.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/elapse.h"
#include "model/vocabulary/operation_table.h"
#include "model/world/manual_error.h"

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
void append(const Transition& transition, const CommonErrors& wrong, bool descriptor_first,
            ErrorList& errors) {
    if (wrong.bad_descriptor && descriptor_first) {
        errors.add(error::kEBADF, Rule::kB27);
    }
    if (wrong.bad_buffer && transition.has(Defect::kBufferBeforeMaximum)) {
        errors.add(error::kEFAULT, Rule::kB26);
    }
    if (wrong.not_epoll && transition.has(Defect::kInstanceBeforeBuffer)) {
        errors.add(error::kEINVAL, Rule::kB27);
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
    const bool accepts_zero = transition.has(Defect::kZeroMaximumAccepted);
    const bool refuses_null = transition.has(Defect::kNullBufferRefused);
    wrong.bad_maximum = operation.number < (accepts_zero ? 0 : 1);
    wrong.large_maximum =
        operation.number > most_events && !transition.has(Defect::kMaximumUnlimited);
    wrong.bad_buffer = (operation.pointer == Pointer::kKernel &&
                        transition.settings.calibration->has_kernel_address &&
                        !transition.has(Defect::kKernelBufferAccepted)) ||
                       (operation.pointer == Pointer::kNull && refuses_null);
    wrong.not_epoll = file >= 0 && transition.world.files[file].kind != FileKind::kEpoll;
    return wrong;
}

/// True if the buffer cannot take as many events as the call says that it can: epoll_wait(2) has
/// EFAULT for that, Linux only if what is due does not fit.
bool is_short(const Transition& transition, const Operation& operation) {
    return writable_events(transition, operation) < std::min(operation.number, kMaxEvents);
}

/// The answer for bad arguments. Which check comes first changed in 6.15, so tier linux allows what
/// either order gives, and tier contract any error that applies (N-1).
Result refuse(Transition& transition, const Operation& operation, const ErrorList& early,
              const CommonErrors& wrong) {
    ErrorList new_order = early;
    append(transition, wrong, true, new_order);
    ErrorList old_order = early;
    append(transition, wrong, false, old_order);
    if (transition.contract() && is_short(transition, operation)) {
        new_order.add(error::kEFAULT, Rule::kB26);
        old_order.add(error::kEFAULT, Rule::kB26);
    }
    const bool is_new =
        transition.has(VersionDifference::kV45) != transition.has(Defect::kOtherCheckOrder);
    transition.decided_by(is_new ? Rule::kB23 : Rule::kB24);
    if (transition.has(Defect::kWaitOnOtherIsBadDescriptor) && wrong.not_epoll) {
        new_order.add(error::kEBADF, Rule::kB27);
        new_order.promote(error::kEBADF);
    }
    if (transition.has(Defect::kTimespecCheckedLast) && new_order.count() > early.count()) {
        ErrorList common;
        append(transition, wrong, true, common);
        return transition.fail(common);
    }
    if (transition.exact() || early.any()) {
        return transition.fail(is_new ? new_order : old_order);
    }
    if (transition.contract()) {
        return transition.fail(new_order);
    }
    ErrorList either;
    either.add(new_order.error(0), new_order.rule(0));
    either.add(old_order.error(0), old_order.rule(0));
    return transition.fail_with(either, true);
}

/// What a defect makes of the end of a wait that found nothing.
Result corrupt_end(Transition& transition, const Operation& operation, const Result& sound) {
    constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
    const bool precise = operation.kind == OperationKind::kEpollPwait2;
    const std::int64_t nanoseconds = precise ? operation.timeout_nanoseconds : 0;
    const std::int64_t seconds = precise ? operation.timeout_seconds : operation.timeout_ms;
    const OpenFile& file = transition.world.files[open_file(transition, operation.fd)];
    const bool dropped = transition.decided().contains(Rule::kC10);
    const bool endless = sound.kind == ResultKind::kBlocked;
    const bool plain_endless =
        precise ? operation.timeout_pointer == Pointer::kNull : operation.timeout_ms == -1;
    if (endless) {
        const bool returns =
            (plain_endless && transition.has(Defect::kEndlessReturns)) ||
            (!precise && seconds < -1 && transition.has(Defect::kOtherNegativeReturns)) ||
            (seconds > 0 && !plain_endless && transition.has(Defect::kHugeTimeoutReturns)) ||
            (file.nonblocking && transition.has(Defect::kNonblockEndsWaits)) ||
            (dropped && transition.has(Defect::kEmptyHarvestEndsWait)) ||
            (operation.kind == OperationKind::kIoUringWait &&
             transition.has(Defect::kRingWaitCompletesEmpty));
        return returns ? Result::of_events(0) : sound;
    }
    const bool zero = seconds == 0 && nanoseconds == 0;
    if (precise && !zero && transition.has(Defect::kTimespecIsChanged)) {
        return Result::of_payload(0);  // as the executor says it
    }
    if (transition.has(zero ? Defect::kZeroTimeoutBlocks : Defect::kTimeoutNeverEnds)) {
        return Result::blocked();
    }
    Result early = sound;
    if (!zero && transition.has(Defect::kWaitEndsEarly)) {
        early.value = kNanosecondsPerMillisecond;
    } else if (transition.has(Defect::kNanosecondsCut)) {
        early.value = nanoseconds % kNanosecondsPerMillisecond;
    }
    return early;
}

/// The rule by which a wait that found nothing ends.
Rule rule_of_timeout(const Operation& operation) {
    if (operation.kind == OperationKind::kEpollPwait2) {
        return Rule::kE7;
    }
    return operation.timeout_ms == 0 ? Rule::kE2 : Rule::kE4;
}

/// The answer of a wait that found nothing.
Result end_of_wait(Transition& transition, const Operation& operation) {
    const bool looked = transition.decided().contains(Rule::kC10);
    const bool ends_at_once = rule_of_timeout(operation) == Rule::kE2;
    transition.decided_by_if(looked && !ends_at_once, Rule::kC11);
    if (waits_for_ever(operation)) {
        transition.decided_by(
            operation.timeout_ms > 0 || operation.timeout_seconds > 0 ? Rule::kE6 : Rule::kE3);
        const OpenFile& file = transition.world.files[open_file(transition, operation.fd)];
        transition.decided_by_if(file.nonblocking, Rule::kB33);
        return Result::blocked();
    }
    transition.decided_by(rule_of_timeout(operation));
    return Result::of_events(0);
}

/// True for waits that the executor's ticks interrupt, which are signals of their own (R-D71).
bool gets_ticks(const Operation& operation) {
    return waits_for_ever(operation) && operation.kind != OperationKind::kIoUringWait;
}

/// Signals that can arrive in the first process: one that is sent twice is pending once.
constexpr std::uint8_t kArrivingSignals = signal::kUser1 | signal::kUser2 | signal::kUrgent;

/// What a harvest at the end of a wait finds.
Result harvest_again(Transition& transition, const Operation& operation) {
    const int instance = transition.world.files[open_file(transition, operation.fd)].object;
    return harvest(transition, instance, operation.number, writable_events(transition, operation));
}

bool is_nothing(const Result& result) {
    return result.kind == ResultKind::kEvents && result.event_count == 0;
}

/// True if it is known what a signal does that arrives in the wait.
bool can_arrive(const Transition& transition, const Operation& operation) {
    const std::uint8_t blocked = signals_of(transition).blocked;
    const bool has_mask = operation.mask_pointer == Pointer::kGood;
    const bool mask_keeps_out = has_mask && (operation.arriving & operation.signals) != 0;
    const bool may_arrive = transition.process == 0
                                ? (operation.arriving & ~kArrivingSignals) == 0 &&
                                      std::has_single_bit(operation.arriving)
                                : operation.arriving == signal::kStop;
    return may_arrive && waits_for_ever(operation) &&
           (!mask_keeps_out || (operation.arriving & kOwnSignals & ~blocked) == 0) &&
           !is_anything_under_way(transition.world);
}

/// The same at looser tiers, where a harvest must find what was observed: the signal has arrived
/// before it, and it finds something.
Result harvest_after_arrival(Transition& transition, const Operation& operation, int instance) {
    {
        const LookGuard guard(transition, Look::kPeek);
        if (poll_instance(transition, instance).surely != 0) {
            transition.refute();  // the call did not wait
        }
    }
    arrive(transition, operation);
    const Result found = harvest_again(transition, operation);
    if (is_nothing(found)) {
        transition.refute();
    }
    return_after_arrival(transition, operation, false);
    return found;
}

/// The answer of an endless wait that found nothing, and while which a signal is sent to it.
Result wait_for_arrival(Transition& transition, const Operation& operation) {
    if (!can_arrive(transition, operation)) {
        return transition.give_up("a signal that arrives in a wait that may end without it");
    }
    arrive(transition, operation);
    const Result found = harvest_again(transition, operation);
    if (!is_nothing(found)) {
        return_after_arrival(transition, operation, false);
        return found;
    }
    if (ends_by_arrival(transition, operation)) {
        return_after_arrival(transition, operation, true);
        return Result::of_error(error::kEINTR);
    }
    wake_by_tick(transition);
    const Result after = harvest_again(transition, operation);
    return_after_arrival(transition, operation, false);
    return is_nothing(after) ? Result::blocked() : after;
}

/// When a wait delivers the pending signals that its mask lets through.
enum class Delivery : std::uint8_t { kIfNothingIsDue, kBefore, kAfter };

/// Linux delivers none if there are events. epoll_pwait(2) calls itself equivalent to a change of
/// the mask, a wait and another change, by which signals are delivered all the same.
Delivery delivery_of(Transition& transition) {
    return static_cast<Delivery>(transition.contract() ? transition.choose(0b111) : 0);
}

/// The answer of a wait whose harvest found nothing. `signalled`: a signal would interrupt it.
Result conclude_empty(Transition& transition, const Operation& operation, bool signalled) {
    if (operation.pointer == Pointer::kNull || operation.pointer == Pointer::kBad ||
        operation.pointer == Pointer::kKernel) {
        transition.decided_by(Rule::kB26);
    }
    // Whether a call that does not wait looks at signals is a detail of Linux.
    const bool looks_at_signals =
        !looks_once(operation) || transition.has(Defect::kZeroTimeoutInterrupted) ||
        (signalled && !transition.enforces(Rule::kE2) && transition.choose(0b11) == 1);
    if (signalled && looks_at_signals) {
        return interrupt(transition, operation);
    }
    if (operation.arriving != 0) {
        return wait_for_arrival(transition, operation);
    }
    Result end = end_of_wait(transition, operation);
    if (end.kind == ResultKind::kBlocked && gets_ticks(operation)) {
        wake_by_tick(transition);
        const Result after = harvest_again(transition, operation);
        end = is_nothing(after) ? end : after;
    }
    return transition.sound() ? end : corrupt_end(transition, operation, end);
}

}  // namespace

int writable_events(const Transition& transition, const Operation& operation) {
    switch (operation.pointer) {
        case Pointer::kGood:
        case Pointer::kUnaligned:
        case Pointer::kPaused:
            return kMaxEvents;
        case Pointer::kRoom:
            return operation.room +
                   operation.room_bytes /
                       static_cast<int>(transition.settings.calibration->epoll_event_size);
        default:
            return 0;
    }
}

bool refuses_arguments(Transition& transition, const Operation& operation) {
    ErrorList errors;
    check_timespec(transition, operation, Rule::kB21, errors);
    check_signal_mask(transition, operation, Rule::kB22, errors);
    append(transition, common_errors(transition, operation), true, errors);
    return errors.any();
}

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
    if (transition.has(Defect::kMaskBeforeTimespec)) {
        check_signal_mask(transition, operation, Rule::kB22, early);
        check_timespec(transition, operation, Rule::kB21, early);
    } else {
        check_timespec(transition, operation, Rule::kB21, early);
        check_signal_mask(transition, operation, Rule::kB22, early);
    }
    const CommonErrors wrong = common_errors(transition, operation);
    ErrorList errors = early;
    append(transition, wrong, true, errors);
    if (errors.any() && !transition.overlooks(errors)) {
        return refuse(transition, operation, early, wrong);
    }
    const int instance = transition.world.files[open_file(transition, operation.fd)].object;
    const int writable = writable_events(transition, operation);
    if (!transition.exact() && gets_ticks(operation) && transition.choose(0b11) == 1) {
        wake_by_tick(transition);
    }
    if (is_short(transition, operation) && may_fail(transition, error::kEFAULT, Rule::kB28)) {
        return transition.fail(error::kEFAULT, Rule::kB28);
    }
    if (!transition.exact() && operation.arriving != 0 && can_arrive(transition, operation) &&
        transition.choose(0b11) == 1) {
        return harvest_after_arrival(transition, operation, instance);
    }
    const bool signalled = !transition.has(Defect::kWaitIgnoresSignals) &&
                           deliverable_signals(transition, operation) != 0;
    const Delivery delivery = signalled ? delivery_of(transition) : Delivery::kIfNothingIsDue;
    if (delivery == Delivery::kBefore) {
        interrupt(transition, operation);
    }
    if (signalled && transition.has(Defect::kSignalBeforeEvents) && !looks_once(operation)) {
        return interrupt(transition, operation);
    }
    const Result result = harvest(transition, instance, operation.number, writable);
    transition.decided_by(Rule::kB27);
    transition.decided_by_if(transition.world.instances[instance].busy_poll != 0, Rule::kB36);
    // It did not wait, and a signal stays pending.
    transition.decided_by_if(result.event_count > 0 && (operation.timeout_ms != 0 || signalled),
                             Rule::kE1);
    if (transition.has(Defect::kEndlessIgnoresEvents) && waits_for_ever(operation)) {
        return Result::blocked();
    }
    if (transition.has(Defect::kEventsDeliverSignals) && result.event_count > 0 && signalled) {
        interrupt(transition, operation);
    }
    if (is_nothing(result)) {
        return delivery == Delivery::kBefore && !looks_once(operation)
                   ? transition.fail(error::kEINTR, Rule::kE9)
                   : conclude_empty(transition, operation,
                                    signalled && delivery != Delivery::kBefore);
    }
    if (delivery == Delivery::kAfter) {
        interrupt(transition, operation);
    }
    return result;
}

}  // namespace epollcheck
