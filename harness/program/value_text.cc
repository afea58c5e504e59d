// Text of flags, handles and arguments. The switch over argument types mirrors argument_parser.cc.

#include "harness/program/value_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/program/optional_arguments.h"

namespace epollcheck {
namespace {

// O_RDONLY is the absence of these; O_PATH descriptors have no access mode.
constexpr std::uint64_t kAccessModes = flag::kWriteOnly | flag::kReadWrite | flag::kPath;

std::string_view name_at(std::span<const std::string_view> names, std::int32_t index) {
    const bool is_known = index >= 0 && static_cast<std::size_t>(index) < names.size();
    return is_known ? names[static_cast<std::size_t>(index)] : "?";
}

std::string descriptor_text(const Descriptor& descriptor, const Program& program) {
    return descriptor.handle == kNoHandle ? std::to_string(descriptor.number)
                                          : handle_text(descriptor.handle, program);
}

std::string pair_end_text(std::int16_t handle, const Program& program) {
    return handle == kNoHandle ? "_" : handle_text(handle, program);
}

std::string ctl_operation_text(std::int32_t number) {
    switch (number) {
        case kCtlAdd:
            return "ADD";
        case kCtlDel:
            return "DEL";
        case kCtlMod:
            return "MOD";
        default:
            return std::to_string(number);
    }
}

std::string transfer_text(const Operation& operation) {
    if (!operation.as_value) return std::to_string(operation.length);
    return operation.kind == OperationKind::kRead ? "u64" : fmt::format("{{{}}}", operation.value);
}

std::string fcntl_text(const Operation& operation) {
    const std::string_view command = name_at(fcntl_command_names(), operation.number);
    switch (static_cast<FcntlCommand>(operation.number)) {
        case FcntlCommand::kSetFl:
            // Without O_RDONLY: an access mode is nothing that F_SETFL sets.
            return fmt::format("{}, {}", command,
                               flags_text(operation.value, status_flag_names().subspan(1)));
        case FcntlCommand::kSetFd:
            return fmt::format("{}, {}", command,
                               flags_text(operation.value, descriptor_flag_names()));
        case FcntlCommand::kSetPipeSize:
            return fmt::format("{}, {}", command, operation.value);
        default:
            return std::string(command);
    }
}

std::string how_text(std::uint32_t how) {
    switch (how) {
        case kShutRead:
            return "SHUT_RD";
        case kShutWrite:
            return "SHUT_WR";
        case kShutBoth:
            return "SHUT_RDWR";
        default:
            return std::to_string(how);
    }
}

std::string request_text(const Operation& operation) {
    const bool usual = operation.pointer == Pointer::kGood;
    switch (operation.flags) {
        case kRequestNonblock:
            return "FIONBIO";
        case kRequestAsync:
            return "FIOASYNC";
        case kRequestSetParams:
            return fmt::format("EPIOCSPARAMS, {}",
                               usual ? busy_poll_params_text(operation.value)
                                     : std::string(pointer_text(operation.pointer)));
        case kRequestGetParams:
            return usual ? "EPIOCGPARAMS"
                         : fmt::format("EPIOCGPARAMS, {}", pointer_text(operation.pointer));
        default:
            return fmt::format("{:#x}", operation.flags);
    }
}

std::string clock_text(std::int32_t clock) {
    const std::string_view name = name_at(clock_names(), clock);
    return name == "?" ? std::to_string(clock) : std::string(name);
}

std::string argument_text(const ArgumentSpec& spec, const Operation& operation,
                          const Program& program) {
    switch (spec.type) {
        case ArgumentType::kNone:
            return "";
        case ArgumentType::kDescriptor:
            return descriptor_text(operation.fd, program);
        case ArgumentType::kOtherDescriptor:
            return descriptor_text(operation.other_fd, program);
        case ArgumentType::kNewPair:
            return fmt::format("[{}, {}]", pair_end_text(operation.bound[0], program),
                               pair_end_text(operation.bound[1], program));
        case ArgumentType::kFlags:
            return flags_text(operation.flags, spec.flags);
        case ArgumentType::kEventMask:
            return event_mask_text(operation.flags);
        case ArgumentType::kEventArgument:
            if (operation.pointer != Pointer::kGood) {
                return std::string(pointer_text(operation.pointer));
            }
            return fmt::format("{{{}, {}}}", event_mask_text(operation.flags), operation.value);
        case ArgumentType::kCtlOperation:
            return ctl_operation_text(operation.number);
        case ArgumentType::kNumber:
            return std::to_string(operation.number);
        case ArgumentType::kValue:
            return std::to_string(operation.value);
        case ArgumentType::kLength:
            return std::to_string(operation.length);
        case ArgumentType::kTransfer:
            return transfer_text(operation);
        case ArgumentType::kTimeout:
            return std::to_string(operation.timeout_ms);
        case ArgumentType::kTimespec:
            if (operation.timeout_pointer != Pointer::kGood) {
                return std::string(pointer_text(operation.timeout_pointer));
            }
            return fmt::format("{{{}, {}}}", operation.timeout_seconds,
                               operation.timeout_nanoseconds);
        case ArgumentType::kFcntlCommand:
            return fcntl_text(operation);
        case ArgumentType::kPath:
            return fmt::format("\"{}\"", name_at(path_names(), operation.number));
        case ArgumentType::kDomain:
        case ArgumentType::kSettableOption:
        case ArgumentType::kProcess:
        case ArgumentType::kThread:
        case ArgumentType::kMaskHow:
        case ArgumentType::kOtherKind:
            return std::string(name_at(names_of(spec.type), operation.number));
        case ArgumentType::kHow:
            return how_text(operation.flags);
        case ArgumentType::kSocketOption:
            return "SO_ERROR";
        case ArgumentType::kClock:
            return clock_text(operation.number);
        case ArgumentType::kTimerSetting:
            if (operation.pointer != Pointer::kGood) {
                return std::string(pointer_text(operation.pointer));
            }
            return fmt::format("{{{}, {}}}", operation.value, operation.timeout_nanoseconds);
        case ArgumentType::kRequest:
            return request_text(operation);
        case ArgumentType::kSignals:
            return flags_text(operation.signals, spec.flags);
    }
    return "?";
}

}  // namespace

std::string flags_text(std::uint64_t bits, std::span<const FlagName> flags) {
    std::string text;
    const auto append = [&text](std::string_view part) {
        if (!text.empty()) text += '|';
        text += part;
    };
    std::uint64_t unnamed = bits;
    for (const FlagName& known : flags) {
        const bool is_set = known.bit == 0 ? (bits & kAccessModes) == 0 : (bits & known.bit) != 0;
        if (!is_set) continue;
        append(known.name);
        unnamed &= ~std::uint64_t{known.bit};
    }
    if (unnamed != 0) append(fmt::format("{:#x}", unnamed));
    return text.empty() ? "0" : text;
}

std::string handle_text(int handle, const Program& program) {
    const auto& names = program.handles;
    const bool is_known = handle >= 0 && static_cast<std::size_t>(handle) < names.size();
    return is_known ? names[static_cast<std::size_t>(handle)] : "?";
}

std::string arguments_text(const Operation& operation, const Program& program) {
    if (operation.kind == OperationKind::kBarrier) return "";
    std::string text;
    for (const ArgumentSpec& spec : operation_spec(operation.kind).arguments) {
        if (spec.type == ArgumentType::kNone) break;
        if (!text.empty()) text += ", ";
        text += argument_text(spec, operation, program);
    }
    return fmt::format("({}{})", text, optional_arguments_text(operation));
}

std::string busy_poll_params_text(std::uint64_t packed) {
    const BusyPollParams params = BusyPollParams::of(packed);
    return fmt::format("{{{}, {}, {}, {}}}", params.usecs, params.budget, params.prefer,
                       params.pad);
}

}  // namespace epollcheck
