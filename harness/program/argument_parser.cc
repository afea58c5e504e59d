// One function per type of argument, a switch that chooses among them, and the loop over the row of
// the operation table. The optional arguments, which have names, are in optional_arguments.cc.

#include "harness/program/argument_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "harness/program/optional_arguments.h"
#include "harness/program/suggestion.h"
#include "harness/program/usage.h"
#include "harness/program/value_parser.h"

namespace epollcheck {
namespace {

template <typename Number>
Number parse_number(LineCursor& cursor) {
    using Limits = std::numeric_limits<Number>;
    if constexpr (std::is_signed_v<Number>) {
        return static_cast<Number>(cursor.signed_number(Limits::min(), Limits::max()));
    } else {
        return static_cast<Number>(cursor.unsigned_number(Limits::max()));
    }
}

/// Reads one of `names` and gives its index; a word that is none of them is an error.
std::size_t parse_name(LineCursor& cursor, std::span<const std::string_view> names,
                       std::string_view what) {
    const std::string_view name = cursor.peek_word();
    const auto known = std::ranges::find(names, name);
    if (name.empty() || known == names.end()) {
        std::string suggestion = did_you_mean(name, names);
        if (suggestion.empty()) suggestion = fmt::format("it can be {}", fmt::join(names, ", "));
        cursor.fail(fmt::format("expected {}, found {}", what, cursor.found()),
                    std::move(suggestion));
    }
    cursor.word();
    return static_cast<std::size_t>(known - names.begin());
}

void parse_new_pair(LineCursor& cursor, HandleNames& handles, Operation& operation) {
    cursor.expect('[', "before the names of the two new descriptors");
    for (std::int16_t& bound : operation.bound) {
        if (&bound != operation.bound) cursor.expect(',', "between the two new descriptors");
        const int column = cursor.column();
        bound = cursor.accept_word("_") ? kNoHandle : handles.bind(cursor);
        if (&bound != operation.bound && bound != kNoHandle && bound == operation.bound[0]) {
            cursor.fail_at(column, "the two new descriptors have the same name",
                           "write _ for one that needs no name");
        }
    }
    cursor.expect(']', "after the names of the two new descriptors");
}

void parse_event_argument(LineCursor& cursor, Operation& operation) {
    if (!cursor.accept('{')) {
        operation.pointer = parse_pointer(cursor, "{events, data}");
        return;
    }
    operation.flags = parse_event_mask(cursor);
    cursor.expect(',', "between events and data");
    operation.value = parse_number<std::uint64_t>(cursor);
    cursor.expect('}', "after the data");
}

void parse_ctl_operation(LineCursor& cursor, Operation& operation) {
    static constexpr std::array<std::string_view, 6> kNames = {
        "ADD", "DEL", "MOD", "EPOLL_CTL_ADD", "EPOLL_CTL_DEL", "EPOLL_CTL_MOD"};
    if (cursor.at_number()) {
        operation.number = parse_number<std::int32_t>(cursor);
        return;
    }
    const std::size_t index = parse_name(cursor, kNames, "ADD, MOD, DEL or a number") % 3;
    operation.number = kCtlAdd + static_cast<std::int32_t>(index);
    static_assert(kCtlDel == kCtlAdd + 1 && kCtlMod == kCtlAdd + 2);
}

void parse_transfer(LineCursor& cursor, Operation& operation) {
    const bool is_read = operation.kind == OperationKind::kRead;
    operation.as_value = is_read ? cursor.accept_word("u64") : cursor.accept('{');
    if (!operation.as_value) {
        if (!cursor.at_number()) {
            cursor.fail(fmt::format("expected a number of bytes, found {}", cursor.found()),
                        is_read ? "or u64, to read one number" : "or {5}, to write the number 5");
        }
        operation.length = parse_number<std::uint32_t>(cursor);
        return;
    }
    if (is_read) return;
    operation.value = parse_number<std::uint64_t>(cursor);
    cursor.expect('}', "after the number that is written");
}

void parse_timespec(LineCursor& cursor, Operation& operation) {
    if (!cursor.accept('{')) {
        operation.timeout_pointer = parse_pointer(cursor, "{seconds, nanoseconds}");
        return;
    }
    operation.timeout_seconds = parse_number<std::int64_t>(cursor);
    cursor.expect(',', "between seconds and nanoseconds");
    operation.timeout_nanoseconds = parse_number<std::int64_t>(cursor);
    cursor.expect('}', "after the nanoseconds");
}

void parse_fcntl_command(LineCursor& cursor, Operation& operation) {
    const std::size_t index = parse_name(cursor, fcntl_command_names(), "a command");
    operation.number = static_cast<std::int32_t>(index);
    switch (static_cast<FcntlCommand>(index)) {
        case FcntlCommand::kSetFl:
            cursor.expect(',', "and the flags to set after F_SETFL");
            operation.value = parse_flags(cursor, status_flag_names());
            break;
        case FcntlCommand::kSetFd:
            cursor.expect(',', "and FD_CLOEXEC or 0 after F_SETFD");
            operation.value = parse_flags(cursor, descriptor_flag_names());
            break;
        case FcntlCommand::kSetPipeSize:
            cursor.expect(',', "and the new size in bytes after F_SETPIPE_SZ");
            operation.value = parse_number<std::uint64_t>(cursor);
            break;
        default:
            break;
    }
}

void parse_path(LineCursor& cursor, Operation& operation) {
    const int column = cursor.column();
    const std::string_view name = cursor.quoted();
    const auto names = path_names();
    const auto known = std::ranges::find(names, name);
    if (known == names.end()) {
        std::string suggestion = did_you_mean(name, names);
        if (suggestion.empty()) suggestion = fmt::format("it can be {}", fmt::join(names, ", "));
        cursor.fail_at(column, fmt::format("unknown file {}", quoted_for_message(name)),
                       std::move(suggestion));
    }
    operation.number = static_cast<std::int32_t>(known - names.begin());
}

void parse_how(LineCursor& cursor, Operation& operation) {
    static constexpr std::array<std::string_view, 3> kNames = {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"};
    static_assert(kShutRead == 0 && kShutWrite == 1 && kShutBoth == 2);
    operation.flags = cursor.at_number() ? parse_number<std::uint32_t>(cursor)
                                         : static_cast<std::uint32_t>(parse_name(
                                               cursor, kNames, "what to shut down or a number"));
}

/// What follows EPIOCSPARAMS, and may follow EPIOCGPARAMS.
void parse_params(LineCursor& cursor, Operation& operation) {
    if (operation.flags == kRequestGetParams) {
        if (cursor.accept(',')) operation.pointer = parse_pointer(cursor, "");
        return;
    }
    cursor.expect(',', "and {usecs, budget, prefer, pad} after EPIOCSPARAMS");
    operation.pointer = Pointer::kGood;
    if (cursor.accept('{')) {
        operation.value = parse_busy_poll_params(cursor);
    } else {
        operation.pointer = parse_pointer(cursor, "{usecs, budget, prefer, pad}");
    }
}

void parse_request(LineCursor& cursor, Operation& operation) {
    static constexpr std::array<std::string_view, 4> kNames = {"FIONBIO", "FIOASYNC",
                                                               "EPIOCSPARAMS", "EPIOCGPARAMS"};
    static constexpr std::array kRequests = {kRequestNonblock, kRequestAsync, kRequestSetParams,
                                             kRequestGetParams};
    if (cursor.at_number()) {
        operation.flags = parse_number<std::uint32_t>(cursor);
    } else {
        operation.flags = kRequests[parse_name(cursor, kNames, "a request or a number")];
    }
    if (operation.flags == kRequestSetParams || operation.flags == kRequestGetParams) {
        parse_params(cursor, operation);
    }
}

void parse_clock(LineCursor& cursor, Operation& operation) {
    operation.number =
        cursor.at_number()
            ? parse_number<std::int32_t>(cursor)
            : static_cast<std::int32_t>(parse_name(cursor, clock_names(), "a clock or a number"));
}

void parse_timer_setting(LineCursor& cursor, Operation& operation) {
    if (!cursor.accept('{')) {
        operation.pointer = parse_pointer(cursor, "{nanoseconds, period}");
        return;
    }
    operation.value = parse_number<std::uint64_t>(cursor);
    cursor.expect(',', "between the time and the period");
    operation.timeout_nanoseconds = parse_number<std::int64_t>(cursor);
    cursor.expect('}', "after the period");
}

void parse_only_name(LineCursor& cursor, std::string_view name) {
    parse_name(cursor, std::span(&name, 1), name);
}

/// What error messages call one of names_of(type).
const char* noun_of(ArgumentType type) {
    switch (type) {
        case ArgumentType::kDomain:
            return "a domain";
        case ArgumentType::kSettableOption:
            return "a socket option";
        case ArgumentType::kProcess:
            return "a process";
        case ArgumentType::kThread:
            return "a thread";
        case ArgumentType::kOtherKind:
            return "a kind of file";
        default:
            return "how";
    }
}

void parse_argument(LineCursor& cursor, HandleNames& handles, const ArgumentSpec& spec,
                    Operation& operation) {
    switch (spec.type) {
        case ArgumentType::kNone:
            return;
        case ArgumentType::kDescriptor:
            operation.fd = parse_descriptor(cursor, handles);
            return;
        case ArgumentType::kOtherDescriptor:
            operation.other_fd = parse_descriptor(cursor, handles);
            return;
        case ArgumentType::kNewPair:
            return parse_new_pair(cursor, handles, operation);
        case ArgumentType::kFlags:
            operation.flags = static_cast<std::uint32_t>(parse_flags(cursor, spec.flags));
            return;
        case ArgumentType::kEventMask:
            operation.flags = parse_event_mask(cursor);
            return;
        case ArgumentType::kEventArgument:
            return parse_event_argument(cursor, operation);
        case ArgumentType::kCtlOperation:
            return parse_ctl_operation(cursor, operation);
        case ArgumentType::kNumber:
            operation.number = parse_number<std::int32_t>(cursor);
            return;
        case ArgumentType::kValue:
            operation.value = parse_number<std::uint64_t>(cursor);
            return;
        case ArgumentType::kLength:
            operation.length = parse_number<std::uint32_t>(cursor);
            return;
        case ArgumentType::kTransfer:
            return parse_transfer(cursor, operation);
        case ArgumentType::kTimeout:
            operation.timeout_ms = parse_number<std::int64_t>(cursor);
            return;
        case ArgumentType::kTimespec:
            return parse_timespec(cursor, operation);
        case ArgumentType::kFcntlCommand:
            return parse_fcntl_command(cursor, operation);
        case ArgumentType::kPath:
            return parse_path(cursor, operation);
        case ArgumentType::kDomain:
        case ArgumentType::kSettableOption:
        case ArgumentType::kProcess:
        case ArgumentType::kThread:
        case ArgumentType::kMaskHow:
        case ArgumentType::kOtherKind:
            operation.number = static_cast<std::int32_t>(
                parse_name(cursor, names_of(spec.type), noun_of(spec.type)));
            return;
        case ArgumentType::kHow:
            return parse_how(cursor, operation);
        case ArgumentType::kSocketOption:
            return parse_only_name(cursor, "SO_ERROR");
        case ArgumentType::kClock:
            return parse_clock(cursor, operation);
        case ArgumentType::kTimerSetting:
            return parse_timer_setting(cursor, operation);
        case ArgumentType::kRequest:
            return parse_request(cursor, operation);
        case ArgumentType::kSignals:
            operation.signals = static_cast<std::uint8_t>(parse_flags(cursor, spec.flags));
            return;
    }
}

}  // namespace

void parse_arguments(LineCursor& cursor, HandleNames& handles, Operation& operation) {
    const OperationSpec& spec = operation_spec(operation.kind);
    const auto fail = [&](std::string message) {
        cursor.fail(std::move(message), fmt::format("it is written {}", usage_of(spec)));
    };
    const int opening = cursor.column();
    if (!cursor.accept('(')) {
        fail(fmt::format("expected '(' after {}, found {}", spec.name, cursor.found()));
    }
    bool is_first = true;
    for (const ArgumentSpec& argument : spec.arguments) {
        if (argument.type == ArgumentType::kNone || cursor.at_end()) break;
        if (cursor.peek() == ')') fail(fmt::format("{} needs another argument", spec.name));
        if (!is_first && !cursor.accept(',')) {
            fail(fmt::format("expected ',' before the next argument, found {}", cursor.found()));
        }
        if (cursor.at_end()) break;
        parse_argument(cursor, handles, argument, operation);
        is_first = false;
    }
    while (cursor.accept(',')) {
        if (!parse_optional_argument(cursor, operation)) {
            fail(fmt::format("{} takes no further argument", spec.name));
        }
    }
    if (cursor.at_end()) fail(fmt::format("the '(' in column {} is not closed", opening));
    if (!cursor.accept(')')) fail(fmt::format("expected ')', found {}", cursor.found()));
}

}  // namespace epollcheck
