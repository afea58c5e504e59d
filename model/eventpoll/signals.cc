// Signals. See signals.h.

#include "model/eventpoll/signals.h"

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

static_assert(kAllSignals == kOwnSignals);

namespace {

constexpr int kThread = 0;  // sets of pending signals, in the order in which they are taken
constexpr int kProcess = 1;

/// The set and the signal of `mask` that is taken next; false if there is none.
bool next_signal(const Signals& signals, std::uint8_t mask, int& set, int& signal) {
    for (set = kThread; set <= kProcess; ++set) {
        for (signal = 0; signal < kSignals; ++signal) {
            if ((mask >> signal & 1) != 0 && signals.pending[set][signal] > 0) {
                return true;
            }
        }
    }
    return false;
}

/// Runs the handlers of all pending signals of `mask`.
void deliver(Signals& signals, std::uint8_t mask) {
    while (take_signal(signals, mask)) {
    }
}

/// True if a defect keeps `signal` from waking anybody.
bool stays_silent(const Transition& transition, int signal) {
    std::uint8_t shown = 0;
    for (const Signalfd& signalfd : transition.world.signalfds) {
        shown |= signalfd.mask;
    }
    return transition.has(Defect::kSignalSilent) ||
           (transition.has(Defect::kSignalWakesItsMaskOnly) && (shown >> signal & 1) == 0);
}

void send(Transition& transition, int set, int signal) {
    Signals& signals = signals_of(transition);
    std::uint8_t& pending = signals.pending[set][signal];
    const bool merges =
        signal < kFirstRealTimeSignal || transition.has(Defect::kRealTimeSignalsMerge);
    if (merges && pending > 0) {
        transition.decided_by(Rule::kD72);
        if (transition.has(Defect::kPendingSignalWakes)) {
            wake(transition, signals.waiters, 0, 0, Rule::kD71);
        }
        return;
    }
    if (pending == kMaxPending) {
        transition.give_up("more pending signals than the model has room for");
        return;
    }
    ++pending;
    transition.decided_by_if(signals.waiters.first >= 0, Rule::kD70);
    if (transition.sound() || !stays_silent(transition, signal)) {
        const EventMask key = transition.has(Defect::kSignalKeyIn) ? event::kIn : 0;
        wake(transition, signals.waiters, 0, key, Rule::kD71);
    }
}

}  // namespace

bool take_signal(Signals& signals, std::uint8_t mask) {
    int set = 0;
    int signal = 0;
    const bool found = next_signal(signals, mask, set, signal);
    if (found) {
        --signals.pending[set][signal];
    }
    return found;
}

Signals& signals_of(Transition& transition) { return transition.world.signals[transition.process]; }

const Signals& signals_of(const Transition& transition) {
    return transition.world.signals[transition.process];
}

std::uint8_t pending_signals(const Signals& signals) {
    std::uint8_t pending = 0;
    for (int signal = 0; signal < kSignals; ++signal) {
        const auto& sets = signals.pending;
        pending |= static_cast<std::uint8_t>(
            sets[kThread][signal] + sets[kProcess][signal] > 0 ? 1U << signal : 0);
    }
    return pending;
}

Result send_signals(Transition& transition, const Operation& operation) {
    if ((operation.signals & ~kSentSignals) != 0) {
        return transition.give_up("a signal that no program can send to itself");
    }
    Signals& signals = signals_of(transition);
    transition.decided_by_if((operation.signals & ~kOwnSignals) != 0, Rule::kD71);  // ignored
    for (int signal = 0; signal < kSignals; ++signal) {
        if ((operation.signals >> signal & 1) != 0) {
            send(transition, operation.kind == OperationKind::kKill ? kProcess : kThread, signal);
            deliver(signals, static_cast<std::uint8_t>(~signals.blocked));
        }
    }
    return Result::of_value(0);
}

Result change_signal_mask(Transition& transition, const Operation& operation) {
    Signals& signals = signals_of(transition);
    const std::uint8_t before = signals.blocked;
    const std::uint8_t named = operation.signals & kOwnSignals;
    switch (static_cast<MaskHow>(operation.number)) {
        case MaskHow::kBlock:
            signals.blocked |= named;
            break;
        case MaskHow::kUnblock:
            signals.blocked &= static_cast<std::uint8_t>(~named);
            break;
        case MaskHow::kSet:
            signals.blocked = named;
            break;
    }
    deliver(signals, static_cast<std::uint8_t>(~signals.blocked));
    return Result::of_value(before);
}

Result pending_signals(Transition& transition) {
    return Result::of_value(pending_signals(signals_of(transition)));
}

std::uint8_t deliverable_signals(const Transition& transition, const Operation& operation) {
    const bool has_mask = operation.kind == OperationKind::kEpollPwait ||
                          operation.kind == OperationKind::kEpollPwait2 ||
                          operation.kind == OperationKind::kPpoll ||
                          operation.kind == OperationKind::kPselect;
    if (!has_mask || operation.mask_pointer != Pointer::kGood) {
        return 0;  // what is pending is blocked
    }
    return pending_signals(signals_of(transition)) & static_cast<std::uint8_t>(~operation.signals);
}

Result interrupt(Transition& transition, const Operation& operation) {
    Signals& signals = signals_of(transition);
    const std::uint8_t delivered = deliverable_signals(transition, operation);
    if (transition.has(Defect::kHandlerDoesNotRun)) {
        return transition.fail(error::kEINTR, Rule::kE9);
    }
    signals.blocked = transition.has(Defect::kWaitMaskStays)
                          ? static_cast<std::uint8_t>(operation.signals & kOwnSignals)
                          : signals.blocked;
    int set = 0;
    int signal = 0;
    next_signal(signals, delivered, set, signal);
    --signals.pending[set][signal];
    // The handler of the first one runs last, with its own signal blocked, and returns to the mask
    // of before the call: further signals of that kind stay pending.
    deliver(signals, static_cast<std::uint8_t>(delivered & ~(1U << signal)));
    transition.decided_by(Rule::kE11);
    return transition.fail(error::kEINTR, Rule::kE9);
}

namespace {

/// True if the mask that holds during the call lets `operation.arriving` through.
bool is_let_through(const Transition& transition, const Operation& operation) {
    const bool has_mask =
        operation.kind != OperationKind::kEpollWait && operation.mask_pointer == Pointer::kGood;
    const std::uint8_t blocked = has_mask ? operation.signals : signals_of(transition).blocked;
    return (operation.arriving & ~blocked) != 0;
}

}  // namespace

void arrive(Transition& transition, const Operation& operation) {
    if (operation.arriving == signal::kStop) {
        wake_by_tick(transition);  // the first process sends it when it gets a tick
        return;
    }
    const std::uint8_t pending = pending_signals(signals_of(transition));
    for (int signal = 0; signal < kSignals; ++signal) {
        if (((operation.arriving & ~pending) >> signal & 1) != 0) {
            send(transition, kThread, signal);
        }
    }
}

bool ends_by_arrival(Transition& transition, const Operation& operation) {
    if (operation.arriving == signal::kStop) {
        transition.decided_by(Rule::kE10);
        return !transition.has(Defect::kStopDoesNotInterrupt);
    }
    transition.decided_by(Rule::kE9);
    if ((operation.arriving & kOwnSignals) == 0) {
        return false;  // it is ignored
    }
    return is_let_through(transition, operation) ? !transition.has(Defect::kArrivingSignalRestarts)
                                                 : transition.has(Defect::kBlockedSignalInterrupts);
}

void return_after_arrival(Transition& transition, const Operation& operation, bool interrupted) {
    Signals& signals = signals_of(transition);
    const auto arrived = static_cast<std::uint8_t>(operation.arriving & kOwnSignals);
    deliver(signals, interrupted ? arrived : arrived & static_cast<std::uint8_t>(~signals.blocked));
}

void fork_signals(Transition& transition) {
    World& world = transition.world;
    world.signals[1] = Signals{};
    world.signals[1].blocked = world.signals[0].blocked;
    if (transition.has(Defect::kForkKeepsPending)) {
        std::copy_n(&world.signals[0].pending[0][0], 2 * kSignals, &world.signals[1].pending[0][0]);
    }
}

void end_signals(Transition& transition) {
    Signals& signals = signals_of(transition);
    if (!transition.has(Defect::kEndOfSignalsSilent)) {
        wake(transition, signals.waiters, 0, event::kHup, Rule::kD74);
    }
    while (signals.waiters.first >= 0) {
        const int item = signals.waiters.first;
        detach(transition.world, signals.waiters, 0, item);
        transition.world.items[item].next_waiter[0] = -1;
    }
    signals = Signals{};
}

void wake_by_tick(Transition& transition) {
    // The first process has it, and passes it on to the second.
    World& world = transition.world;
    for (int process = 0; process <= transition.process; ++process) {
        wake(transition, world.signals[process].waiters, 0, 0, Rule::kD71);
    }
}

}  // namespace epollcheck
