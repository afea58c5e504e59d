// signalfd. See signalfd.h.

#include "model/kinds/signalfd.h"

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kRecordSize = 128;  // struct signalfd_siginfo, bytes
constexpr int kThread = 0;                  // sets of pending signals, in the order of dequeue
constexpr int kProcess = 1;

bool is_standard(int signal) { return signal < kFirstRealTimeSignal; }

/// The set and the signal that a read through `mask` takes next; false if there is none.
bool next_signal(const Signals& signals, std::uint8_t mask, int& set, int& signal) {
    for (set = kThread; set <= kProcess; ++set) {
        for (signal = 0; signal < kQueuedSignals; ++signal) {
            if ((mask >> signal & 1) != 0 && signals.pending[set][signal] > 0) {
                return true;
            }
        }
    }
    return false;
}

std::uint8_t mask_of(const Operation& operation) {
    return static_cast<std::uint8_t>(operation.value);
}

}  // namespace

MaskRange signalfd_mask(Transition& transition, const OpenFile& file) {
    transition.decided_by(Rule::kD69);
    int set = 0;
    int signal = 0;
    const bool readable = next_signal(transition.world.signals,
                                      transition.world.signalfds[file.object].mask, set, signal);
    return MaskRange::exactly(readable ? event::kIn : 0);
}

Result create_signalfd(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if ((operation.flags & ~(flag::kCloexec | flag::kNonblock)) != 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    int index = 0;
    while (index < kMaxSignalfds && world.signalfds[index].used) {
        ++index;
    }
    if (index == kMaxSignalfds) {
        return transition.give_up("more signalfds than the model has room for");
    }
    world.signalfds[index] = {.used = true, .mask = mask_of(operation)};
    const int file = new_file(transition, FileKind::kSignalfd, index);
    world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

Result change_signalfd(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const int index = open_file(transition, operation.fd);
    if (index < 0) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (world.files[index].kind != FileKind::kSignalfd) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    world.signalfds[world.files[index].object].mask = mask_of(operation);
    wake(transition, world.signals.waiters, 0, 0, Rule::kD73a);
    return Result::of_value(0);
}

Result send_signal(Transition& transition, const Operation& operation) {
    Signals& signals = transition.world.signals;
    const int signal = operation.number;
    if (signal < 0 || signal >= kSignals) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if (signal >= kQueuedSignals) {
        transition.decided_by(Rule::kD71);
        return Result::of_value(0);  // ignored: nothing is generated
    }
    std::uint8_t& pending =
        signals.pending[operation.kind == OperationKind::kKill ? kProcess : kThread][signal];
    if (is_standard(signal) && pending > 0) {
        transition.decided_by(Rule::kD72);
        return Result::of_value(0);
    }
    if (pending == kMaxPending) {
        return transition.give_up("more pending signals than the model has room for");
    }
    ++pending;
    transition.decided_by(Rule::kD70);
    wake(transition, signals.waiters, 0, 0, Rule::kD71);
    return Result::of_value(0);
}

Result read_signalfd(Transition& transition, const OpenFile& file, const Operation& operation) {
    Signals& signals = transition.world.signals;
    const std::uint32_t room = transfer_length(operation) / kRecordSize;
    if (room == 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const std::uint8_t mask = transition.world.signalfds[file.object].mask;
    const bool bad = operation.pointer != Pointer::kGood;
    std::uint32_t taken = 0;
    int set = 0;
    int signal = 0;
    while (taken < room && next_signal(signals, mask, set, signal)) {
        --signals.pending[set][signal];
        ++taken;
        if (bad) {
            return transition.fail(error::kEFAULT, Rule::kNone);  // one signal is lost
        }
    }
    if (taken == 0) {
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kNone) : Result::blocked();
    }
    transition.decided_by(Rule::kD73);
    return Result::of_value(taken * kRecordSize);
}

void interrupt(Transition& transition) {
    wake(transition, transition.world.signals.waiters, 0, 0, Rule::kD71);
}

bool has_pending_signal(const World& world) {
    const auto& pending = world.signals.pending;
    const auto any = [](const auto& set) {
        return std::any_of(std::begin(set), std::end(set), [](auto count) { return count > 0; });
    };
    return any(pending[kThread]) || any(pending[kProcess]);
}

}  // namespace epollcheck
