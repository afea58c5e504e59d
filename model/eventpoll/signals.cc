// Signals. See signals.h.

#include "model/eventpoll/signals.h"

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

static_assert(kBothSignals == kOwnSignals);

Result send_signals(Transition& transition, const Operation& operation) {
    if ((operation.signals & ~kOwnSignals) != 0) {
        return transition.give_up("only SIGUSR1 and SIGUSR2 can be sent");
    }
    World& world = transition.world;
    world.pending_signals |= operation.signals & world.blocked_signals;
    return Result::of_value(0);
}

Result change_signal_mask(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const std::uint8_t before = world.blocked_signals;
    const std::uint8_t named = operation.signals & kOwnSignals;
    switch (static_cast<MaskHow>(operation.number)) {
        case MaskHow::kBlock:
            world.blocked_signals |= named;
            break;
        case MaskHow::kUnblock:
            world.blocked_signals &= static_cast<std::uint8_t>(~named);
            break;
        case MaskHow::kSet:
            world.blocked_signals = named;
            break;
    }
    world.pending_signals &= world.blocked_signals;
    return Result::of_value(before);
}

Result pending_signals(Transition& transition) {
    return Result::of_value(transition.world.pending_signals);
}

std::uint8_t deliverable_signals(const World& world, const Operation& operation) {
    const bool has_mask = operation.kind == OperationKind::kEpollPwait ||
                          operation.kind == OperationKind::kEpollPwait2 ||
                          operation.kind == OperationKind::kPpoll ||
                          operation.kind == OperationKind::kPselect;
    if (!has_mask || operation.mask_pointer != Pointer::kGood) {
        return 0;  // what is pending is blocked
    }
    return world.pending_signals & static_cast<std::uint8_t>(~operation.signals);
}

Result interrupt(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    world.pending_signals &= static_cast<std::uint8_t>(~deliverable_signals(world, operation));
    transition.decided_by(Rule::kE11);
    return transition.fail(error::kEINTR, Rule::kE9);
}

}  // namespace epollcheck
