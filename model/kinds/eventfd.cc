// eventfd. See eventfd.h.

#include "model/kinds/eventfd.h"

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::uint64_t kMaxCount = ~std::uint64_t{0} - 1;  // 2^64 - 2
constexpr std::uint32_t kCounterSize = 8;                   // bytes

/// What defects make of the mask of an eventfd.
EventMask corrupt_mask(const Transition& transition, const Eventfd& eventfd, EventMask mask) {
    if (transition.has(Defect::kEventfdInMissesOne) && eventfd.count == 1) {
        mask &= ~event::kIn;
    }
    if (transition.has(Defect::kEventfdFullTooEarly) && eventfd.count == kMaxCount - 1) {
        mask &= ~event::kOut;
    }
    mask |= transition.has(Defect::kEventfdAlwaysWritable) ? event::kOut : 0;
    if (transition.has(Defect::kEventfdNormBits)) {
        mask |= (mask & event::kIn) != 0 ? event::kReadable : 0;
        mask |= (mask & event::kOut) != 0 ? event::kWritable : 0;
    }
    return mask;
}

}  // namespace

MaskRange eventfd_mask(Transition& transition, const OpenFile& file) {
    const Eventfd& eventfd = transition.world.eventfds[file.object];
    transition.decided_by(Rule::kD15);
    const EventMask mask =
        (eventfd.count > 0 ? event::kIn : 0) | (eventfd.count < kMaxCount ? event::kOut : 0);
    return MaskRange::exactly(transition.sound() ? mask : corrupt_mask(transition, eventfd, mask));
}

Result create_eventfd(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    constexpr std::uint32_t kKnown = flag::kCloexec | flag::kNonblock | flag::kSemaphore;
    if ((operation.flags & ~kKnown) != 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    int index = 0;
    while (index < kMaxEventfds && world.eventfds[index].used) {
        ++index;
    }
    if (index == kMaxEventfds) {
        return transition.give_up("more eventfds than the model has room for");
    }
    Eventfd& eventfd = world.eventfds[index];
    eventfd = Eventfd{};
    eventfd.count = static_cast<std::uint32_t>(operation.value);
    eventfd.used = true;
    eventfd.semaphore = (operation.flags & flag::kSemaphore) != 0;
    const int file = new_file(transition, FileKind::kEventfd, index);
    world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

Result read_eventfd(Transition& transition, const OpenFile& file, const Operation& operation) {
    Eventfd& eventfd = transition.world.eventfds[file.object];
    if (!operation.as_value && operation.length < kCounterSize &&
        !transition.has(Defect::kEventfdShortReadTaken)) {
        return transition.fail(error::kEINVAL, Rule::kD20);
    }
    if (eventfd.count == 0) {
        if (transition.has(Defect::kEventfdFailedReadWakes)) {
            wake(transition, eventfd.waiters, 0, event::kOut, Rule::kD18);
        }
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kD18) : Result::blocked();
    }
    const bool one = eventfd.semaphore && !transition.has(Defect::kSemaphoreReadsAll);
    const bool was_full = eventfd.count == kMaxCount;
    const std::uint64_t taken = one ? 1 : eventfd.count;
    eventfd.count -= taken;
    leave_alone(transition, eventfd.waiters, eventfd.count > 0 ? Rule::kD19 : Rule::kD18);
    if (transition.has(Defect::kSemaphoreReadWakesReaders) && eventfd.count > 0) {
        wake(transition, eventfd.waiters, 0, event::kIn, Rule::kD19);
    }
    if (!transition.has(Defect::kEventfdReadSilent) &&
        (was_full || !transition.has(Defect::kEventfdReadWakesIfFull))) {
        const bool zero = transition.has(Defect::kEventfdReadKeyZero);
        wake(transition, eventfd.waiters, 0, zero ? EventMask{0} : event::kOut, Rule::kD18);
    }
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);  // the count is taken all the same
    }
    return operation.as_value ? Result::of_payload(taken) : Result::of_value(kCounterSize);
}

Result write_eventfd(Transition& transition, const OpenFile& file, const Operation& operation) {
    Eventfd& eventfd = transition.world.eventfds[file.object];
    const bool long_taken =
        transition.has(Defect::kEventfdLongWriteTaken) && operation.length > kCounterSize;
    if (!operation.as_value && operation.length != kCounterSize && !long_taken) {
        ErrorList errors;
        errors.add(error::kEINVAL, Rule::kD20);
        // eventfd(2) has it for a buffer that is too short only.
        if (operation.length < kCounterSize || !transition.overlooks(errors)) {
            return transition.fail(errors);
        }
    }
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kD20);
    }
    const std::uint64_t added = operation.as_value ? operation.value : 0;
    if (added > kMaxCount && !transition.has(Defect::kEventfdMaximumIsFull)) {
        return transition.fail(error::kEINVAL, Rule::kD20);
    }
    if (kMaxCount - eventfd.count < added && !transition.has(Defect::kEventfdOverflows)) {
        if (transition.has(Defect::kEventfdRefusedWriteWakes)) {
            wake(transition, eventfd.waiters, 0, event::kIn, Rule::kD16);
        }
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kD16) : Result::blocked();
    }
    const bool was_zero = eventfd.count == 0;
    eventfd.count += added;
    const Rule rule = added == 0 ? Rule::kD17 : Rule::kD16;
    if (!transition.has(Defect::kEventfdWriteSilent) &&
        !(transition.has(Defect::kEventfdZeroWriteSilent) && added == 0) &&
        !(transition.has(Defect::kEventfdWakesOnlyIfZero) && !was_zero)) {
        const bool zero = transition.has(Defect::kEventfdWriteKeyZero);
        transition.decided_by_if(!was_zero && eventfd.waiters.first >= 0, Rule::kC21);
        wake(transition, eventfd.waiters, 0, zero ? EventMask{0} : event::kIn, rule);
    }
    return Result::of_value(kCounterSize);
}

}  // namespace epollcheck
