// signalfd. See signalfd.h.

#include "model/kinds/signalfd.h"

#include "model/eventpoll/signals.h"
#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kRecordSize = 128;  // struct signalfd_siginfo, bytes

std::uint8_t mask_of(const Operation& operation) {
    return static_cast<std::uint8_t>(operation.signals & kOwnSignals);
}

/// The pending signals that make a signalfd with `mask` readable.
std::uint8_t shown_signals(const Transition& transition, std::uint8_t mask) {
    const Signals& signals = transition.has(Defect::kSignalfdShowsFirstProcess)
                                 ? transition.world.signals[0]
                                 : signals_of(transition);
    std::uint8_t pending = pending_signals(signals);
    if (transition.has(Defect::kSignalfdMissesProcess)) {
        for (int signal = 0; signal < kSignals; ++signal) {
            const bool missed = signals.pending[0][signal] == 0;
            pending &= static_cast<std::uint8_t>(missed ? ~(1U << signal) : ~0U);
        }
    }
    return transition.has(Defect::kSignalfdShowsAll) ? pending
                                                     : static_cast<std::uint8_t>(pending & mask);
}

}  // namespace

MaskRange signalfd_mask(Transition& transition, const OpenFile& file) {
    transition.decided_by(Rule::kD69);
    const std::uint8_t mask = transition.world.signalfds[file.object].mask;
    const bool readable = shown_signals(transition, mask) != 0;
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
    if (!transition.has(Defect::kSignalfdMaskKept)) {
        world.signalfds[world.files[index].object].mask = mask_of(operation);
    }
    if (!transition.has(Defect::kSignalfdMaskSilent)) {
        wake(transition, signals_of(transition).waiters, 0, 0, Rule::kD73a);
    }
    return Result::of_value(0);
}

Result read_signalfd(Transition& transition, const OpenFile& file, const Operation& operation) {
    Signals& signals = signals_of(transition);
    const std::uint32_t room = transfer_length(operation) / kRecordSize;
    if (room == 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const Signals before = signals;
    const std::uint8_t mask = transition.has(Defect::kSignalfdReadsAny)
                                  ? kOwnSignals
                                  : transition.world.signalfds[file.object].mask;
    const bool bad = operation.pointer != Pointer::kGood;
    std::uint32_t taken = 0;
    while (taken < room && take_signal(signals, mask)) {
        ++taken;
        if (bad) {
            return transition.fail(error::kEFAULT, Rule::kNone);  // one signal is lost
        }
    }
    if (taken == 0) {
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kNone) : Result::blocked();
    }
    transition.decided_by(Rule::kD73);
    signals = transition.has(Defect::kSignalfdReadKeeps) ? before : signals;
    if (transition.has(Defect::kSignalfdReadWakes)) {
        wake(transition, signals.waiters, 0, 0, Rule::kD73);
    }
    return Result::of_value(taken * kRecordSize);
}

}  // namespace epollcheck
