// Used fields. See used_fields.h.

#include "fuzz/used_fields.h"

#include <algorithm>

#include "model/vocabulary/operation_table.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

constexpr EventMask kEvents = event::kIn | event::kPri | event::kOut | event::kErr | event::kHup |
                              event::kRdnorm | event::kRdband | event::kWrnorm | event::kWrband |
                              event::kMsg | event::kRdhup | event::kEdge | event::kOneshot |
                              event::kWakeup | event::kExclusive | 1U << 20;

std::uint32_t named_flags(std::uint32_t flags, std::span<const FlagName> names) {
    std::uint32_t all = 0;
    for (const FlagName& name : names) {
        all |= name.bit;
    }
    return flags & all;
}

/// A number from 0 to `count` - 1; one that is there already stays.
std::int32_t below(std::int32_t number, std::size_t count) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(number) % count);
}

Descriptor named_descriptor(const Descriptor& from) {
    return from.handle >= 0 ? Descriptor{from.handle, -1} : Descriptor{-1, from.number};
}

Pointer plain_pointer(Pointer pointer) {
    return pointer <= Pointer::kKernel ? pointer : Pointer::kBad;
}

void copy_event_argument(const Operation& from, Operation& to) {
    to.pointer = plain_pointer(from.pointer);
    if (to.pointer == Pointer::kGood) {
        to.flags = from.flags & kEvents;
        to.value = from.value;
    }
}

void copy_transfer(const Operation& from, Operation& to) {
    to.as_value = from.as_value;
    to.length = from.as_value ? 0 : from.length;
    to.value = from.as_value && from.kind == Kind::kWrite ? from.value : 0;
}

void copy_fcntl(const Operation& from, Operation& to) {
    to.number = below(from.number, fcntl_command_names().size());
    switch (static_cast<FcntlCommand>(to.number)) {
        case FcntlCommand::kSetFl:
            to.value = named_flags(static_cast<std::uint32_t>(from.value), status_flag_names());
            break;
        case FcntlCommand::kSetFd:
            to.value = named_flags(static_cast<std::uint32_t>(from.value), descriptor_flag_names());
            break;
        case FcntlCommand::kSetPipeSize:
            to.value = from.value;
            break;
        default:
            break;
    }
}

void copy_request(const Operation& from, Operation& to) {
    to.flags = from.flags;
    if (to.flags != kRequestSetParams && to.flags != kRequestGetParams) {
        return;
    }
    to.pointer = plain_pointer(from.pointer);
    if (to.flags == kRequestSetParams && to.pointer == Pointer::kGood) {
        to.value = from.value;
    }
}

void copy_timer_setting(const Operation& from, Operation& to) {
    to.pointer = plain_pointer(from.pointer);
    if (to.pointer == Pointer::kGood) {
        to.value = from.value;
        to.timeout_nanoseconds = from.timeout_nanoseconds;
    }
}

void copy_timespec(const Operation& from, Operation& to) {
    to.timeout_pointer = plain_pointer(from.timeout_pointer);
    if (to.timeout_pointer == Pointer::kGood) {
        to.timeout_seconds = from.timeout_seconds;
        to.timeout_nanoseconds = from.timeout_nanoseconds;
    }
}

void copy_flags(const Operation& from, const ArgumentSpec& spec, Operation& to) {
    to.flags = named_flags(from.flags, spec.flags);
    if (from.kind == Kind::kEpollCreate1) {
        to.flags |= from.flags & flag::kUnknown;
    }
    if (from.kind == Kind::kOpen && (to.flags & flag::kReadWrite) != 0) {
        to.flags &= ~flag::kWriteOnly;
    }
    if (from.kind == Kind::kSocket || from.kind == Kind::kSocketpair) {
        constexpr std::uint32_t kTypes = flag::kStream | flag::kDatagram | flag::kSeqpacket;
        const std::uint32_t types = to.flags & kTypes;
        to.flags = (to.flags & ~kTypes) | (types == 0 ? flag::kStream : types & (~types + 1));
    }
}

void copy_argument(const Operation& from, const ArgumentSpec& spec, Operation& to) {
    switch (spec.type) {
        case ArgumentType::kNone:
        case ArgumentType::kNewPair:
        case ArgumentType::kSocketOption:
            return;
        case ArgumentType::kDescriptor:
            to.fd = named_descriptor(from.fd);
            return;
        case ArgumentType::kOtherDescriptor:
            to.other_fd = named_descriptor(from.other_fd);
            return;
        case ArgumentType::kFlags:
            return copy_flags(from, spec, to);
        case ArgumentType::kEventMask:
            to.flags = from.flags & kEvents;
            return;
        case ArgumentType::kEventArgument:
            return copy_event_argument(from, to);
        case ArgumentType::kCtlOperation:
        case ArgumentType::kNumber:
        case ArgumentType::kClock:
            to.number = from.number;
            return;
        case ArgumentType::kValue:
            to.value = from.value;
            return;
        case ArgumentType::kLength:
            to.length = from.length;
            return;
        case ArgumentType::kTransfer:
            return copy_transfer(from, to);
        case ArgumentType::kTimeout:
            to.timeout_ms = from.timeout_ms;
            return;
        case ArgumentType::kTimespec:
            return copy_timespec(from, to);
        case ArgumentType::kFcntlCommand:
            return copy_fcntl(from, to);
        case ArgumentType::kPath:
            to.number = below(from.number, path_names().size());
            return;
        case ArgumentType::kDomain:
        case ArgumentType::kSettableOption:
        case ArgumentType::kProcess:
        case ArgumentType::kThread:
        case ArgumentType::kMaskHow:
        case ArgumentType::kOtherKind:
            to.number = below(from.number, names_of(spec.type).size());
            return;
        case ArgumentType::kHow:
            to.flags = from.flags;
            return;
        case ArgumentType::kTimerSetting:
            return copy_timer_setting(from, to);
        case ArgumentType::kRequest:
            return copy_request(from, to);
        case ArgumentType::kSignals:
            to.signals = static_cast<std::uint8_t>(named_flags(from.signals, spec.flags));
            return;
    }
}

void copy_buffer(const Operation& from, const OperationSpec& spec, Operation& to) {
    const bool of_events = spec.result == ResultType::kEvents;
    to.pointer = of_events ? from.pointer : plain_pointer(from.pointer);
    if (to.pointer == Pointer::kRoom) {
        to.room = from.room;
        to.room_bytes = from.room_bytes;
    }
}

void copy_mask(const Operation& from, Operation& to) {
    to.mask_pointer = plain_pointer(from.mask_pointer);
    to.signal_set_size = from.signal_set_size;
    if (to.mask_pointer == Pointer::kGood) {
        to.signals = static_cast<std::uint8_t>(named_flags(from.signals, signal_names()));
    }
}

void copy_optional(const Operation& from, const OperationSpec& spec, Operation& to) {
    switch (spec.optional) {
        case OptionalArguments::kNone:
            return;
        case OptionalArguments::kBuffer:
            return copy_buffer(from, spec, to);
        case OptionalArguments::kMask:
            return copy_mask(from, to);
        case OptionalArguments::kBufferAndMask:
            copy_mask(from, to);
            break;
        case OptionalArguments::kWait:
            break;
    }
    copy_buffer(from, spec, to);
    to.arriving = static_cast<std::uint8_t>(named_flags(from.arriving, signal_names()));
}

void copy_bound(const Operation& from, const OperationSpec& spec, Operation& to) {
    if (from.kind == Kind::kDup2 || from.kind == Kind::kDup3) {
        to.bound[0] = to.other_fd.handle;
        return;
    }
    const bool is_pair = spec.result == ResultType::kPair;
    if (is_pair || spec.result == ResultType::kDescriptor) {
        to.bound[0] = std::max<std::int16_t>(from.bound[0], 0);
    }
    if (is_pair) {
        to.bound[1] = std::max<std::int16_t>(from.bound[1], 0);
        if (to.bound[1] == to.bound[0]) {
            to.bound[1] = static_cast<std::int16_t>(to.bound[0] + (to.bound[0] > 0 ? -1 : 1));
        }
    }
}

}  // namespace

Operation with_used_fields(const Operation& operation) {
    Operation used;
    used.kind = operation.kind;
    used.thread = operation.thread;
    used.process = operation.process;
    const OperationSpec& spec = operation_spec(operation.kind);
    for (const ArgumentSpec& argument : spec.arguments) {
        copy_argument(operation, argument, used);
    }
    copy_optional(operation, spec, used);
    copy_bound(operation, spec, used);
    if (used.kind == Kind::kBarrier) {
        used.thread = 0;
        used.process = 0;
    }
    return used;
}

}  // namespace epollcheck
