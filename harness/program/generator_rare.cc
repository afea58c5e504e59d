// What random programs do rarely: files of /proc that tell of changes, signals that arrive while a
// call waits, and what the second process does. See generator.h.

#include "harness/program/generator.h"
#include "harness/program/generator_weights.h"

namespace epollcheck {

namespace weights = generator_weights;

namespace {

/// True for calls that the first process makes alone, and for those that say themselves who makes
/// them.
bool stays_with_its_process(OperationKind kind) {
    switch (kind) {
        case OperationKind::kIoUringCtl:
        case OperationKind::kIoUringWait:
        case OperationKind::kSpawn:
        case OperationKind::kKillChild:
        case OperationKind::kReap:
        case OperationKind::kFork:
        case OperationKind::kClone:
        case OperationKind::kExec:
        case OperationKind::kExit:
        case OperationKind::kUnshare:
            return true;
        default:
            return false;
    }
}

}  // namespace

/// The operations from the one with index `first` on are made by the second process.
void Generator::give_to_second_process(std::size_t first) {
    for (std::size_t i = first; i < program_->operations.size(); ++i) {
        Operation& operation = program_->operations[i];
        if (!stays_with_its_process(operation.kind)) {
            operation.process = 1;
            operation.arriving = operation.arriving != 0 ? signal::kStop : std::uint8_t{0};
        }
    }
}

/// Calls that make or end the second process, or act on the table of one.
void Generator::fill_process_call(Operation& operation) {
    const bool is_ended =
        operation.kind == OperationKind::kExec || operation.kind == OperationKind::kExit;
    if (is_ended || (operation.kind == OperationKind::kUnshare && random_.chance(50))) {
        operation.process = 1;
    }
    if (operation.kind == OperationKind::kClone || operation.kind == OperationKind::kUnshare) {
        operation.flags = flag::kCloneFiles;
    }
}

void Generator::open_announcing_files() {
    uses_announcements_ = true;
    announcing_ = static_cast<std::int32_t>(random_.chance(40) ? Path::kMounts : Path::kDomainName);
    for (std::uint32_t i = 0; i <= random_.below(2); ++i) {
        Operation& opening = add(OperationKind::kOpen);
        opening.number = announcing_;
        opening.flags = flag::kNonblock | draw_close_on_exec();
        opening.bound[0] = bind(Kind::kOther);
        const std::int16_t opened = opening.bound[0];
        for (std::uint32_t j = 0; j <= random_.below(2); ++j) {
            Operation& registration = add(OperationKind::kEpollCtl);
            registration.fd = one_of(Kind::kEpoll, Kind::kEpoll);
            registration.other_fd = {opened, -1};
            registration.number = kCtlAdd;
            registration.flags = interest() | (random_.chance(60) ? event::kPri : 0);
            registration.value = random_.below(8);
        }
    }
}

void Generator::fill_mask(Operation& operation) {
    if (!random_.chance(weights::kMaskPercent)) {
        return;
    }
    operation.mask_pointer = random_.chance(90) ? Pointer::kGood : Pointer::kBad;
    operation.signal_set_size = random_.chance(95) ? 8 : 4;
    if (operation.mask_pointer == Pointer::kGood) {
        operation.signals = static_cast<std::uint8_t>(random_.below(kOwnSignals + 1));
    }
}

/// Ids are not used again as long as there are others: it could not be told whose they are.
void Generator::fill_ring_call(Operation& operation) {
    constexpr std::uint32_t kIds = 200;
    operation.fd = surely_one_of(Kind::kRing, Kind::kRing);
    if (operation.kind == OperationKind::kRingReap) {
        return;
    }
    const std::uint32_t before = last_request_;
    operation.value = last_request_ = last_request_ % kIds + 1;
    switch (operation.kind) {
        case OperationKind::kRingNop:
            return;
        case OperationKind::kRingCancel:
            operation.number = static_cast<std::int32_t>(1 + random_.below(before + 1));
            return;
        case OperationKind::kRingTimedWait:
            last_request_ = last_request_ % kIds + 1;
            operation.number = static_cast<std::int32_t>(last_request_);
            break;
        case OperationKind::kRingPoll:
        case OperationKind::kRingPollMany:
            operation.flags = interest() & 0xffff;
            break;
        default:
            break;
    }
    const bool is_wait = operation.kind == OperationKind::kRingWait ||
                         operation.kind == OperationKind::kRingTimedWait;
    operation.other_fd = is_wait || random_.chance(weights::kRingInstancePercent)
                             ? one_of(Kind::kEpoll, Kind::kEpoll)
                         : random_.chance(50) ? one_of(Kind::kPipeRead, Kind::kEventfd)
                                              : one_of(Kind::kStream, Kind::kDatagram);
}

/// Now and then the wait has no end, and a signal arrives while it lasts.
void Generator::let_signal_arrive_perhaps(Operation& operation) {
    constexpr std::uint32_t kMillion = 1'000'000;
    const std::uint32_t frequency =
        has_processes_ ? weights::kArrivalsPerMillionWithProcesses : weights::kArrivalsPerMillion;
    if (operation.kind == OperationKind::kIoUringWait || random_.below(kMillion) >= frequency) {
        return;
    }
    constexpr std::size_t kChoices = sizeof weights::kArrivingSignals;
    operation.arriving = weights::kArrivingSignals[random_.below(kChoices)];
    operation.timeout_ms = -1;
    if (operation.kind == OperationKind::kEpollPwait2) {
        operation.timeout_ms = 0;
        operation.timeout_pointer = Pointer::kNull;
        operation.timeout_nanoseconds = 0;
    }
    if (operation.mask_pointer == Pointer::kNull && operation.kind != OperationKind::kEpollWait &&
        random_.chance(70)) {
        operation.mask_pointer = Pointer::kGood;  // which lets all through
    }
}

}  // namespace epollcheck
