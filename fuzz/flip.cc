// Flip. See flip.h.

#include "fuzz/flip.h"

#include <array>
#include <iterator>

#include "harness/program/generator_weights.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;
namespace weights = generator_weights;

template <class Range>
const auto& draw(Random& random, const Range& values) {
    return std::begin(values)[random.below(static_cast<std::uint32_t>(std::size(values)))];
}

void flip_event(std::uint32_t& flags, Random& random) {
    constexpr EventMask kBits[] = {
        event::kIn,     event::kOut,     event::kPri,     event::kRdhup,     event::kEdge,
        event::kEdge,   event::kOneshot, event::kOneshot, event::kExclusive, event::kWakeup,
        event::kRdnorm, event::kWrnorm,  event::kRdband,  event::kWrband};
    flags = random.chance(15) ? draw(random, weights::kInterests) : flags ^ draw(random, kBits);
}

void flip_pointer(Pointer& pointer, Random& random) {
    pointer =
        pointer != Pointer::kGood ? Pointer::kGood : static_cast<Pointer>(1 + random.below(5));
}

/// Kinds of calls that take each other's arguments.
constexpr std::array<std::array<Kind, 4>, 9> kFamilies = {{
    {Kind::kEpollWait, Kind::kEpollPwait, Kind::kEpollPwait2, Kind::kIoUringWait},
    {Kind::kEpollCtl, Kind::kIoUringCtl, Kind::kEpollCtl, Kind::kEpollCtl},
    {Kind::kPoll, Kind::kPpoll, Kind::kSelect, Kind::kPselect},
    {Kind::kRead, Kind::kWrite, Kind::kRecv, Kind::kSend},
    {Kind::kDup2, Kind::kDup3, Kind::kDup2, Kind::kKcmpFile},
    {Kind::kClose, Kind::kDup, Kind::kClose, Kind::kFdinfo},
    {Kind::kKill, Kind::kTgkill, Kind::kSigprocmask, Kind::kSigpending},
    {Kind::kFork, Kind::kClone, Kind::kExit, Kind::kExec},
    {Kind::kSocket, Kind::kSocketpair, Kind::kPipe2, Kind::kEventfd},
}};

void flip_kind(Operation& operation, Random& random) {
    for (const auto& family : kFamilies) {
        for (const Kind kind : family) {
            if (kind == operation.kind) {
                operation.kind = draw(random, family);
                return;
            }
        }
    }
}

void flip_number(Operation& operation, Random& random) {
    constexpr std::int32_t kNumbers[] = {0, 1, 2, 3, 4, 5, 8, 16, 64, -1, 178956970, 178956971};
    operation.number = draw(random, kNumbers);
}

void flip_value(std::uint64_t& value, Random& random) {
    value = random.chance(50) ? draw(random, weights::kCounts) : random.below(8);
}

void flip_length(Operation& operation, Random& random) {
    constexpr std::uint32_t kShort[] = {0, 1, 1, 2, 3, 8, 100};
    operation.length = random.chance(50) ? draw(random, kShort) : draw(random, weights::kLengths);
}

void flip_timespec(Operation& operation, Random& random) {
    operation.timeout_pointer = random.chance(90) ? Pointer::kGood : Pointer::kBad;
    operation.timeout_nanoseconds = draw(random, weights::kShortTimeouts) * (random.below(2));
}

void flip_one(Operation& operation, const ArgumentSpec& spec, Random& random) {
    switch (spec.type) {
        case ArgumentType::kFlags:
            if (!spec.flags.empty()) {
                operation.flags ^= draw(random, spec.flags).bit;
            }
            return;
        case ArgumentType::kEventMask:
            return flip_event(operation.flags, random);
        case ArgumentType::kEventArgument:
            if (random.chance(4)) {
                return flip_pointer(operation.pointer, random);
            }
            return random.chance(85) ? flip_event(operation.flags, random)
                                     : flip_value(operation.value, random);
        case ArgumentType::kCtlOperation:
            operation.number = static_cast<std::int32_t>(random.below(5));
            return;
        case ArgumentType::kNumber:
        case ArgumentType::kFcntlCommand:
        case ArgumentType::kPath:
        case ArgumentType::kDomain:
        case ArgumentType::kSettableOption:
        case ArgumentType::kProcess:
        case ArgumentType::kMaskHow:
        case ArgumentType::kOtherKind:
        case ArgumentType::kClock:
            flip_value(operation.value, random);
            return flip_number(operation, random);
        case ArgumentType::kValue:
            return flip_value(operation.value, random);
        case ArgumentType::kLength:
            return flip_length(operation, random);
        case ArgumentType::kTransfer:
            operation.as_value = random.chance(20) ? !operation.as_value : operation.as_value;
            flip_value(operation.value, random);
            return flip_length(operation, random);
        case ArgumentType::kTimeout:
            operation.timeout_ms = static_cast<std::int64_t>(random.below(3)) - 1;
            return;
        case ArgumentType::kTimespec:
            return flip_timespec(operation, random);
        case ArgumentType::kTimerSetting:
            operation.value = draw(random, weights::kTimerValues);
            return;
        case ArgumentType::kHow:
            operation.flags = random.below(3);
            return;
        case ArgumentType::kRequest:
            operation.flags = random.chance(50) ? kRequestSetParams : kRequestGetParams;
            operation.value = draw(random, weights::kBusyPolls).packed();
            return;
        case ArgumentType::kSignals:
            operation.signals ^= static_cast<std::uint8_t>(1U << random.below(5));
            return;
        default:
            return;
    }
}

void flip_optional(Operation& operation, Random& random) {
    switch (random.below(4)) {
        case 0:
            flip_pointer(operation.pointer, random);
            operation.room = static_cast<std::uint8_t>(random.below(3));
            operation.room_bytes = static_cast<std::uint8_t>(random.below(12));
            return;
        case 1:
            operation.mask_pointer =
                operation.mask_pointer == Pointer::kGood ? Pointer::kNull : Pointer::kGood;
            return;
        case 2:
            operation.signals ^= static_cast<std::uint8_t>(1U << random.below(4));
            return;
        default:
            operation.signal_set_size = operation.signal_set_size == 8 ? 4 : 8;
            return;
    }
}

}  // namespace

void flip_argument(Operation& operation, Random& random) {
    if (random.chance(12)) {
        return flip_kind(operation, random);
    }
    const OperationSpec& spec = operation_spec(operation.kind);
    if (spec.optional != OptionalArguments::kNone && random.chance(15)) {
        return flip_optional(operation, random);
    }
    std::array<const ArgumentSpec*, kMaxArguments> arguments;
    std::uint32_t count = 0;
    for (const ArgumentSpec& argument : spec.arguments) {
        const bool is_handle = argument.type == ArgumentType::kNone ||
                               argument.type == ArgumentType::kNewPair ||
                               argument.type == ArgumentType::kDescriptor ||
                               argument.type == ArgumentType::kOtherDescriptor;
        if (!is_handle) {
            arguments[count++] = &argument;
        }
    }
    if (count > 0) {
        flip_one(operation, *arguments[random.below(count)], random);
    }
}

}  // namespace epollcheck
