// Bounds. See bounds.h. The values are those of harness/program/generator_weights.h, and those that
// cases have beside them.

#include "fuzz/bounds.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "harness/program/generator_weights.h"
#include "model/vocabulary/completion.h"
#include "model/vocabulary/operation_table.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;
namespace weights = generator_weights;

/// Bytes of transfers: what a length charges to a socket is measured, so there are few. Sorted.
constexpr std::array<std::uint32_t, 35> kLengths = {
    0,    1,    2,    3,    4,    5,     7,     8,     10,    15,    16,    20,
    31,   32,   48,   64,   90,   100,   128,   256,   300,   1000,  2048,  3000,
    4000, 4095, 4096, 4097, 8192, 30000, 36544, 61440, 65536, 80000, 131072};
/// The same on internet sockets, where longer ones depend on windows. Sorted.
constexpr std::array<std::uint32_t, 8> kInternetLengths = {0, 1, 2, 3, 8, 100, 1000, 4096};
constexpr std::int64_t kLongTimeoutNs = 1'000'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::uint32_t kUnknownRequest = 0x1234;

/// The largest of `allowed`, which are sorted, that is not above `value`; the first one, if all
/// are.
template <class Range, class Value>
Value nearest(const Range& allowed, Value value) {
    const auto above = std::upper_bound(std::begin(allowed), std::end(allowed), value);
    return above == std::begin(allowed) ? *above : *std::prev(above);
}

template <class Range, class Value>
Value one_of(const Range& allowed, Value value) {
    const auto count = static_cast<std::uint64_t>(std::size(allowed));
    return std::ranges::find(allowed, value) != std::end(allowed)
               ? value
               : static_cast<Value>(std::begin(allowed)[static_cast<std::uint64_t>(value) % count]);
}

/// A descriptor that is no handle is one that nobody has.
void bound_descriptor(Descriptor& descriptor) {
    constexpr std::int32_t kNobodyHas = 1'000'000;
    if (descriptor.handle < 0) {
        descriptor.number = descriptor.number < 0 ? -1 : kNobodyHas;
    }
}

void bound_creation(Operation& operation) {
    switch (operation.kind) {
        case Kind::kPipe2:
        case Kind::kOpen:
        case Kind::kEventfd:
        case Kind::kSocket:
        case Kind::kSocketpair:
        case Kind::kAccept4:
        case Kind::kInotifyInit1:
        case Kind::kTimerfdCreate:
        case Kind::kSignalfd:
        case Kind::kOpenpty:
        case Kind::kOpenSlave:
            operation.flags |= flag::kNonblock;  // a call that waits costs the executor's patience
            break;
        default:
            break;
    }
    switch (operation.kind) {
        case Kind::kEpollCreate:
            operation.number = std::clamp(operation.number, -1, 10);
            break;
        case Kind::kOpen:
            if (operation.number != static_cast<std::int32_t>(Path::kMounts) &&
                operation.number != static_cast<std::int32_t>(Path::kDomainName)) {
                operation.number %= static_cast<std::int32_t>(Path::kDevRandom);
            }
            operation.flags &= ~flag::kDirect;
            if ((operation.flags & flag::kPath) != 0) {
                operation.flags = flag::kPath;
            }
            break;
        case Kind::kEventfd:
            operation.value &= 0xffffffffU;
            break;
        case Kind::kSocketpair:
            operation.number = static_cast<std::int32_t>(Domain::kUnix);
            break;
        case Kind::kSocket:
            if (operation.number == static_cast<std::int32_t>(Domain::kInet) &&
                (operation.flags & flag::kSeqpacket) != 0) {
                operation.flags = (operation.flags & ~flag::kSeqpacket) | flag::kStream;
            }
            break;
        case Kind::kTimerfdCreate:
            operation.number &= 1;
            break;
        case Kind::kSignalfd:
        case Kind::kSignalfdMask:
            operation.signals &= kSentSignals;
            break;
        default:
            break;
    }
}

void bound_buffer(Operation& operation) {
    if (operation.pointer == Pointer::kPaused) {
        operation.pointer = Pointer::kBad;
    }
    operation.room = std::min<std::uint8_t>(operation.room, 8);
    operation.room_bytes = std::min<std::uint8_t>(operation.room_bytes, 11);
    if (operation.pointer == Pointer::kRoom) {
        operation.room = std::max<std::uint8_t>(operation.room, 1);
    }
}

void bound_mask(Operation& operation) {
    if (operation.mask_pointer == Pointer::kKernel) {
        operation.mask_pointer = Pointer::kBad;
    }
    const bool has_size = operation.mask_pointer != Pointer::kNull;
    operation.signal_set_size = has_size && operation.signal_set_size != 8 ? 4 : 8;
    operation.signals &= kOwnSignals;
}

/// A time-out ends soon or is refused; one without end is for a signal that arrives.
void bound_timespec(Operation& operation) {
    if (operation.timeout_pointer != Pointer::kGood) {
        const bool arrives = operation.arriving != 0;
        operation.timeout_pointer = arrives ? Pointer::kNull : Pointer::kBad;
        return;
    }
    if (operation.arriving != 0) {
        operation.timeout_pointer = Pointer::kNull;
        operation.timeout_seconds = 0;
        operation.timeout_nanoseconds = 0;
        return;
    }
    operation.timeout_seconds = operation.timeout_seconds < 0 ? -1 : 0;
    if (operation.timeout_nanoseconds > kLongTimeoutNs &&
        operation.timeout_nanoseconds < kSecondNs) {
        operation.timeout_nanoseconds = kLongTimeoutNs - 1;
    }
    operation.timeout_nanoseconds =
        std::clamp<std::int64_t>(operation.timeout_nanoseconds, -1, kSecondNs);
}

void bound_wait(Operation& operation) {
    constexpr std::int32_t kTooMany[] = {178956970, 178956971};
    if (operation.number > kMaxEvents) {
        operation.number = one_of(kTooMany, operation.number);
    }
    operation.number = std::max(operation.number, -1);
    if (operation.arriving != 0 && operation.kind != Kind::kIoUringWait) {
        const bool second = operation.process != 0;
        operation.arriving =
            second ? signal::kStop : one_of(weights::kArrivingSignals, operation.arriving);
    }
    bound_buffer(operation);
    switch (operation.kind) {
        case Kind::kEpollPwait2:
            bound_timespec(operation);
            bound_mask(operation);
            return;
        case Kind::kEpollPwait:
            bound_mask(operation);
            break;
        default:
            break;
    }
    if (operation.kind != Kind::kIoUringWait) {
        operation.timeout_ms = operation.arriving != 0 ? -1 : operation.timeout_ms == 0 ? 0 : 1;
    }
}

void bound_transfer(Operation& operation, bool has_internet) {
    bound_length(operation, has_internet);
    if (operation.kind == Kind::kWriteLine) {
        operation.length = nearest(std::array<std::uint32_t, 5>{0, 1, 2, 8, 100}, operation.length);
    }
    if (operation.kind == Kind::kSend) {
        operation.flags &= ~flag::kPeek;
    }
    if (operation.pointer != Pointer::kGood) {
        operation.pointer = operation.as_value ? Pointer::kGood : Pointer::kBad;
    }
}

void bound_timer(Operation& operation) {
    constexpr std::uint64_t kFar = 3'600'000'000'000;
    operation.pointer = operation.pointer == Pointer::kGood ? Pointer::kGood : Pointer::kBad;
    if (operation.pointer == Pointer::kGood) {
        operation.value = operation.value == 0 ? 0 : operation.value >= kFar ? kFar : 1;
        operation.timeout_nanoseconds = 0;
    }
    operation.flags = operation.value == 1 ? flag::kAbsolute : 0;
}

void bound_path(Operation& operation) {
    const bool second = (operation.number & 1) != 0;
    switch (operation.kind) {
        case Kind::kInotifyAddWatch:
            operation.number = static_cast<std::int32_t>(
                operation.number == static_cast<std::int32_t>(Path::kRegularFile)
                    ? Path::kRegularFile
                    : Path::kDirectory);
            operation.flags &= watch::kModify | watch::kCreate | watch::kDelete |
                               watch::kMaskCreate | watch::kMaskAdd;
            return;
        case Kind::kAnnounce:
            operation.number =
                static_cast<std::int32_t>(second ? Path::kMounts : Path::kDomainName);
            return;
        default:
            break;
    }
    if (operation.number < static_cast<std::int32_t>(Path::kEntryA)) {
        const bool is_file = operation.number == static_cast<std::int32_t>(Path::kRegularFile);
        operation.number = static_cast<std::int32_t>(operation.kind == Kind::kTruncate && is_file
                                                         ? Path::kRegularFile
                                                     : second ? Path::kEntryB
                                                              : Path::kEntryA);
    }
}

void bound_fcntl(Operation& operation) {
    switch (static_cast<FcntlCommand>(operation.number)) {
        case FcntlCommand::kSetFl:
            operation.value = flag::kNonblock;
            break;
        case FcntlCommand::kSetPipeSize:
            operation.value = one_of(weights::kPipeSizes, operation.value);
            break;
        default:
            break;
    }
}

void bound_request(Operation& operation) {
    operation.flags &= 0xffff;
    operation.value &= kMaxRequestId;
    operation.number &= static_cast<std::int32_t>(kMaxRequestId);
}

/// Calls with arguments of their own that are neither transfers nor waits.
void bound_other(Operation& operation) {
    switch (operation.kind) {
        case Kind::kPoll:
        case Kind::kSettle:
            operation.flags &= 0xffff;
            break;
        case Kind::kPpoll:
            operation.flags &= 0xffff;
            [[fallthrough]];
        case Kind::kPselect:
            bound_timespec(operation);
            bound_mask(operation);
            break;
        case Kind::kListen:
            operation.number = std::clamp(operation.number, 0, 5);
            break;
        case Kind::kShutdown:
            operation.flags %= 3;
            break;
        case Kind::kSetsockopt:
            operation.value = one_of(weights::kOptionValues, operation.value);
            break;
        case Kind::kIoctl:
            if (operation.flags != kRequestSetParams && operation.flags != kRequestGetParams) {
                operation.flags = kUnknownRequest;
            }
            operation.pointer =
                operation.pointer == Pointer::kKernel ? Pointer::kBad : operation.pointer;
            break;
        case Kind::kClone:
        case Kind::kUnshare:
            operation.flags = flag::kCloneFiles;
            break;
        case Kind::kCloseRange:
            operation.fd.number = operation.other_fd.number = -1;
            operation.flags &=
                (operation.flags & flag::kCloexec) != 0 ? flag::kCloexec : flag::kRangeUnshare;
            break;
        case Kind::kKcmpEpoll:
            operation.number = std::clamp(operation.number, 0, 2);
            break;
        case Kind::kInotifyRmWatch:
            operation.number = std::clamp(operation.number, 0, 4);
            break;
        case Kind::kKill:
        case Kind::kTgkill:
            operation.signals &= kSentSignals;
            operation.signals = operation.signals == 0 ? signal::kUser1 : operation.signals;
            break;
        case Kind::kSigprocmask:
            operation.signals &= kOwnSignals;
            break;
        case Kind::kEpollCtl:
        case Kind::kIoUringCtl:
            operation.pointer =
                operation.pointer == Pointer::kKernel ? Pointer::kBad : operation.pointer;
            operation.number = std::clamp(operation.number, 0, 4);
            break;
        default:
            break;
    }
}

}  // namespace

void bound_length(Operation& operation, bool has_internet) {
    operation.length = has_internet ? nearest(kInternetLengths, operation.length)
                                    : nearest(kLengths, operation.length);
}

bool is_wait(OperationKind kind) {
    switch (kind) {
        case Kind::kEpollWait:
        case Kind::kEpollPwait:
        case Kind::kEpollPwait2:
        case Kind::kIoUringWait:
            return true;
        default:
            return false;
    }
}

bool is_permitted(OperationKind kind) {
    switch (kind) {
        case Kind::kLimitWatches:
        case Kind::kLimitDescriptors:
        case Kind::kStepClock:  // which is that of everybody
        case Kind::kPread:
        case Kind::kMmap:
        case Kind::kFsync:
        case Kind::kFtruncate:
        case Kind::kAwait:
        case Kind::kResume:
        case Kind::kInterrupt:
        case Kind::kBarrier:
            return false;
        default:
            return true;
    }
}

void bound_arguments(Operation& operation, bool has_internet) {
    bound_descriptor(operation.fd);
    bound_descriptor(operation.other_fd);
    bound_creation(operation);
    switch (operation.kind) {
        case Kind::kRead:
        case Kind::kWrite:
        case Kind::kSend:
        case Kind::kRecv:
        case Kind::kWriteLine:
            return bound_transfer(operation, has_internet);
        case Kind::kTimerfdSettime:
            return bound_timer(operation);
        case Kind::kInotifyAddWatch:
        case Kind::kMknod:
        case Kind::kTruncate:
        case Kind::kUnlink:
        case Kind::kAnnounce:
            return bound_path(operation);
        case Kind::kFcntl:
            return bound_fcntl(operation);
        default:
            return is_wait(operation.kind)          ? bound_wait(operation)
                   : is_about_rings(operation.kind) ? bound_request(operation)
                                                    : bound_other(operation);
    }
}

}  // namespace epollcheck
