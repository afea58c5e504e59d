// timerfd. See timerfd.h.

#include "model/kinds/timerfd.h"

#include <algorithm>
#include <utility>

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;               // nanoseconds
constexpr std::uint64_t kSoon = kSecond;                       // and less, from now
constexpr std::uint64_t kLater = kEndlessSeconds * kSecond;    // and more, from now
constexpr std::uint64_t kPast = kSecond;                       // and less: every clock is beyond
constexpr std::uint64_t kFuture = 9'000'000'000'000'000'000U;  // and more: no clock gets there
constexpr std::int32_t kWallClock = 0;                         // CLOCK_REALTIME
constexpr std::int32_t kClocks[] = {kWallClock, 1, 7};         // and monotonic, boottime
constexpr std::int32_t kAlarmClocks[] = {8, 9};
constexpr std::uint32_t kCounterSize = 8;  // bytes
constexpr std::uint32_t kCanceling = flag::kAbsolute | flag::kCancelOnSet;
constexpr std::int32_t kMostStep = 100;  // of the clock, nanoseconds: nobody notices

/// The timer behind a descriptor argument; null with the error that applies.
Timer* timer_of(Transition& transition, const Descriptor& descriptor, ErrorList& errors) {
    const int index = open_file(transition, descriptor);
    if (index < 0) {
        errors.add(error::kEBADF, Rule::kNone);
        return nullptr;
    }
    const OpenFile& file = transition.world.files[index];
    if (file.kind != FileKind::kTimerfd) {
        errors.add(error::kEINVAL, Rule::kNone);
        return nullptr;
    }
    return &transition.world.timers[file.object];
}

/// When something that lies `nanoseconds` ahead comes; kUnknown is between soon and never.
Expiry expiry_after(std::uint64_t nanoseconds) {
    return nanoseconds == 0        ? Expiry::kNever
           : nanoseconds <= kSoon  ? Expiry::kSoon
           : nanoseconds >= kLater ? Expiry::kNever
                                   : Expiry::kUnknown;
}

Expiry first_expiry(const Operation& operation) {
    if (operation.value == 0 || (operation.flags & flag::kAbsolute) == 0) {
        return expiry_after(operation.value);
    }
    return operation.value <= kPast     ? Expiry::kSoon
           : operation.value >= kFuture ? Expiry::kNever
                                        : Expiry::kUnknown;
}

/// An expired periodic timer runs again from its next period on (R-D22).
void restart_if_expired(Timer& timer) {
    if (timer.expired && timer.periodic) {
        timer.expiry = timer.period;
        timer.armed = true;
    }
    timer.expired = false;
}

/// True if the clock was set since the last time that somebody was told (timerfd_canceled).
bool take_cancellation(Timer& timer) {
    return timer.cancels && std::exchange(timer.canceled, false);
}

/// The answer to whoever is told that the clock was set.
Result canceled(Transition& transition, Timer& timer) {
    timer.ticks = transition.has(Defect::kCanceledReadKeeps) && timer.ticks;
    timer.expired = false;
    return transition.fail(error::kECANCELED, Rule::kD26);
}

/// The count that a read gives: of a periodic timer the one that was seen.
std::uint64_t count_of(const Transition& transition, const Timer& timer) {
    const bool seen = timer.periodic && transition.observed != nullptr &&
                      transition.observed->result.kind == ResultKind::kPayload &&
                      transition.observed->result.value > 0;
    return seen ? static_cast<std::uint64_t>(transition.observed->result.value) : 1;
}

}  // namespace

MaskRange timerfd_mask(Transition& transition, const OpenFile& file) {
    const Timer& timer = transition.world.timers[file.object];
    transition.decided_by(Rule::kD21);
    if (timer.armed && !timer.ticks) {
        transition.decided_by(Rule::kD27);
    }
    const EventMask writable = transition.has(Defect::kTimerWritable) ? event::kOut : 0;
    return MaskRange::exactly((timer.ticks ? event::kIn : 0) | writable);
}

Result create_timer(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const auto is_clock = [&](std::int32_t clock) { return clock == operation.number; };
    if (std::any_of(std::begin(kAlarmClocks), std::end(kAlarmClocks), is_clock)) {
        return transition.give_up("alarm clocks are not modelled");
    }
    if ((operation.flags & ~(flag::kCloexec | flag::kNonblock)) != 0 ||
        std::none_of(std::begin(kClocks), std::end(kClocks), is_clock)) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    int index = 0;
    while (index < kMaxTimers && world.timers[index].used) {
        ++index;
    }
    if (index == kMaxTimers) {
        return transition.give_up("more timerfds than the model has room for");
    }
    world.timers[index] = Timer{};
    world.timers[index].used = true;
    world.timers[index].wall_clock = operation.number == kWallClock;
    world.has_company = true;
    const int file = new_file(transition, FileKind::kTimerfd, index);
    world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

Result set_timer(Transition& transition, const Operation& operation) {
    ErrorList errors;
    if (operation.pointer != Pointer::kGood) {
        errors.add(error::kEFAULT, Rule::kNone);
    } else if (operation.timeout_nanoseconds < 0) {
        errors.add(error::kEINVAL, Rule::kNone);
    }
    if ((operation.flags & ~(flag::kAbsolute | flag::kCancelOnSet)) != 0) {
        errors.add(error::kEINVAL, Rule::kNone);
    }
    Timer* const timer = timer_of(transition, operation.fd, errors);
    if (errors.any()) {
        return transition.fail(errors);
    }
    const auto interval = static_cast<std::uint64_t>(operation.timeout_nanoseconds);
    const Expiry first = first_expiry(operation);
    const Expiry period = expiry_after(interval);
    // After a time in the past, a long period ends nobody knows when.
    const bool odd = (operation.flags & flag::kAbsolute) != 0 && first == Expiry::kSoon &&
                     interval != 0 && period == Expiry::kNever;
    if (first == Expiry::kUnknown || period == Expiry::kUnknown || odd) {
        return transition.give_up("a timer that expires neither soon nor never");
    }
    transition.decided_by(Rule::kD24);
    if (operation.value == 0 && transition.has(Defect::kDisarmedTimerRuns)) {
        return Result::of_value(0);
    }
    const bool past = (operation.flags & flag::kAbsolute) != 0 && first == Expiry::kSoon;
    timer->cancels = timer->wall_clock && (operation.flags & kCanceling) == kCanceling;
    timer->ticks = transition.has(Defect::kTimerSetKeepsTicks) && timer->ticks;
    timer->expired = false;
    timer->periodic = interval != 0;
    timer->armed = operation.value != 0;
    timer->expiry = past && transition.has(Defect::kPastTimeNeverComes) ? Expiry::kNever : first;
    timer->period = period;
    if (timer->armed && take_cancellation(*timer)) {
        return transition.fail(error::kECANCELED, Rule::kD26);  // it is set all the same
    }
    return Result::of_value(0);
}

Result get_timer(Transition& transition, const Operation& operation) {
    ErrorList errors;
    Timer* const timer = timer_of(transition, operation.fd, errors);
    if (errors.any()) {
        return transition.fail(errors);
    }
    if (timer->expired && timer->periodic) {
        transition.decided_by(Rule::kD23);
        if (!transition.has(Defect::kGettimeStops)) {
            restart_if_expired(*timer);
        }
    }
    if (!timer->armed) {
        return Result::of_value(0);
    }
    if (timer->expiry == Expiry::kNever) {
        return Result::of_value(1);
    }
    // The time is over perhaps, and the interrupt that says so has not come yet.
    const bool over = transition.observed != nullptr ? transition.observed->result.value == 0
                                                     : transition.choose(0b11) == 1;
    return Result::of_value(over ? 0 : 1);
}

Result read_timerfd(Transition& transition, const OpenFile& file, const Operation& operation) {
    Timer& timer = transition.world.timers[file.object];
    if (transfer_length(operation) < kCounterSize) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if (!timer.ticks && !file.nonblocking && is_due(timer)) {
        expire(transition, timer);  // it waits for that
    }
    if ((timer.ticks || file.nonblocking) && !transition.has(Defect::kCancelOnSetCounts) &&
        take_cancellation(timer)) {
        return canceled(transition, timer);
    }
    if (!timer.ticks) {
        if (transition.has(Defect::kTimerReadOfNothing)) {
            return operation.as_value ? Result::of_payload(0) : Result::of_value(kCounterSize);
        }
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kD25) : Result::blocked();
    }
    transition.decided_by(timer.periodic ? Rule::kD22 : Rule::kD25);
    const std::uint64_t count = count_of(transition, timer);
    if (!(timer.periodic && transition.has(Defect::kPeriodicReadStops))) {
        restart_if_expired(timer);
    }
    timer.ticks = transition.has(Defect::kTimerReadKeepsTicks);
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);  // the count is taken all the same
    }
    return operation.as_value ? Result::of_payload(count) : Result::of_value(kCounterSize);
}

bool is_due(const Timer& timer) { return timer.armed && timer.expiry == Expiry::kSoon; }

void expire(Transition& transition, Timer& timer) {
    timer.armed = false;
    timer.expired = true;
    timer.ticks = true;
    if (!transition.has(Defect::kTimerExpirySilent)) {
        wake(transition, timer.waiters, 0, event::kIn, Rule::kD22);
    }
}

Result step_clock(Transition& transition, const Operation& operation) {
    if (!transition.settings.calibration->may_step_clock) {
        return transition.give_up("the clock cannot be stepped here");
    }
    if (operation.number <= 0 || operation.number > kMostStep) {
        return transition.give_up("a step of the clock that is not modelled");
    }
    if (transition.has(Defect::kCancelOnSetIgnored)) {
        return Result::of_value(0);
    }
    World& world = transition.world;
    const auto cancels = [](const Timer& timer) { return timer.cancels; };
    if (std::count_if(std::begin(world.timers), std::end(world.timers), cancels) > 1) {
        return transition.give_up("the order in which timers are told that the clock was set");
    }
    for (Timer& timer : world.timers) {
        const bool by_mistake =
            timer.wall_clock && timer.armed && transition.has(Defect::kCancelWithoutFlag);
        if (!timer.cancels && !by_mistake) {
            continue;
        }
        timer.canceled = true;
        timer.ticks = true;
        if (!transition.has(Defect::kCancelOnSetSilent)) {
            wake(transition, timer.waiters, 0, event::kIn, Rule::kD26);
        }
    }
    return Result::of_value(0);
}

}  // namespace epollcheck
