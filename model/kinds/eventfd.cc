// eventfd. See eventfd.h.

#include "model/kinds/eventfd.h"

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::uint64_t kMaxCount = ~std::uint64_t{0} - 1;  // 2^64 - 2
constexpr std::uint32_t kCounterSize = 8;                   // bytes

}  // namespace

MaskRange eventfd_mask(Transition& transition, const OpenFile& file) {
    const Eventfd& eventfd = transition.world.eventfds[file.object];
    transition.decided_by(Rule::kD15);
    return MaskRange::exactly((eventfd.count > 0 ? event::kIn : 0) |
                              (eventfd.count < kMaxCount ? event::kOut : 0));
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
    if (!operation.as_value && operation.length < kCounterSize) {
        return transition.fail(error::kEINVAL, Rule::kD20);
    }
    if (eventfd.count == 0) {
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kD18) : Result::blocked();
    }
    const std::uint64_t taken = eventfd.semaphore ? 1 : eventfd.count;
    eventfd.count -= taken;
    wake(transition, eventfd.waiters, 0, event::kOut, Rule::kD18);
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);  // the count is taken all the same
    }
    return operation.as_value ? Result::of_payload(taken) : Result::of_value(kCounterSize);
}

Result write_eventfd(Transition& transition, const OpenFile& file, const Operation& operation) {
    Eventfd& eventfd = transition.world.eventfds[file.object];
    if (!operation.as_value && operation.length != kCounterSize) {
        return transition.fail(error::kEINVAL, Rule::kD20);
    }
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kD20);
    }
    const std::uint64_t added = operation.as_value ? operation.value : 0;
    if (added > kMaxCount) {
        return transition.fail(error::kEINVAL, Rule::kD20);
    }
    if (kMaxCount - eventfd.count < added) {
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kD16) : Result::blocked();
    }
    eventfd.count += added;
    wake(transition, eventfd.waiters, 0, event::kIn, added == 0 ? Rule::kD17 : Rule::kD16);
    return Result::of_value(kCounterSize);
}

}  // namespace epollcheck
