// Parsing and printing of optional arguments, side by side because they are the same few names.

#include "harness/program/optional_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "harness/program/suggestion.h"
#include "harness/program/value_parser.h"
#include "harness/program/value_text.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr std::string_view kBufferName = "buffer";
constexpr std::string_view kMaskName = "mask";
constexpr std::string_view kSizeName = "sigsetsize";
constexpr std::string_view kArrivingName = "arriving";
constexpr std::string_view kUnaligned = "UNALIGNED";
constexpr std::string_view kPaused = "PAUSED";
const Operation kUsual;

bool takes_events(const Operation& operation) {
    return operation_spec(operation.kind).result == ResultType::kEvents;
}

std::vector<std::string_view> permitted_names(const Operation& operation) {
    switch (operation_spec(operation.kind).optional) {
        case OptionalArguments::kNone:
            return {};
        case OptionalArguments::kBuffer:
            return {kBufferName};
        case OptionalArguments::kWait:
            return {kBufferName, kArrivingName};
        case OptionalArguments::kBufferAndMask:
            return {kBufferName, kMaskName, kSizeName, kArrivingName};
        case OptionalArguments::kMask:
            return {kMaskName, kSizeName};
    }
    return {};
}

void parse_buffer(LineCursor& cursor, Operation& operation) {
    const bool of_events = takes_events(operation);
    if (of_events && cursor.accept_word(kUnaligned)) {
        operation.pointer = Pointer::kUnaligned;
        return;
    }
    if (of_events && cursor.accept_word(kPaused)) {
        operation.pointer = Pointer::kPaused;
        return;
    }
    if (!of_events || !cursor.accept_word("room")) {
        operation.pointer =
            parse_pointer(cursor, of_events ? "UNALIGNED, PAUSED or room(2)" : std::string_view());
        return;
    }
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint8_t>::max();
    cursor.expect('(', "after room");
    operation.pointer = Pointer::kRoom;
    operation.room = static_cast<std::uint8_t>(cursor.unsigned_number(kMost));
    if (cursor.accept(',')) {
        operation.room_bytes = static_cast<std::uint8_t>(cursor.unsigned_number(kMost));
    }
    cursor.expect(')', "after the number of events, or of further bytes");
}

void parse_mask(LineCursor& cursor, Operation& operation) {
    if (cursor.accept_word("EMPTY")) {
        operation.mask_pointer = Pointer::kGood;
    } else if (cursor.peek_word().starts_with("SIG")) {
        operation.mask_pointer = Pointer::kGood;
        operation.signals = static_cast<std::uint8_t>(parse_flags(cursor, signal_names()));
    } else {
        operation.mask_pointer = parse_pointer(cursor, "signals (EMPTY, SIGUSR1|SIGUSR2)");
    }
}

std::string buffer_text(const Operation& operation) {
    switch (operation.pointer) {
        case Pointer::kRoom:
            return operation.room_bytes == 0
                       ? fmt::format("room({})", operation.room)
                       : fmt::format("room({}, {})", operation.room, operation.room_bytes);
        case Pointer::kUnaligned:
            return std::string(kUnaligned);
        case Pointer::kPaused:
            return std::string(kPaused);
        default:
            return std::string(pointer_text(operation.pointer));
    }
}

std::string mask_text(const Operation& operation) {
    if (operation.mask_pointer != Pointer::kGood) {
        return std::string(pointer_text(operation.mask_pointer));
    }
    return operation.signals == 0 ? "EMPTY" : flags_text(operation.signals, signal_names());
}

}  // namespace

Pointer parse_pointer(LineCursor& cursor, std::string_view otherwise) {
    for (const Pointer pointer : {Pointer::kNull, Pointer::kBad, Pointer::kKernel}) {
        if (cursor.accept_word(pointer_text(pointer))) return pointer;
    }
    cursor.fail(fmt::format("expected NULL, BAD{} KERNEL{}{}, found {}",
                            otherwise.empty() ? " or" : ",", otherwise.empty() ? "" : " or ",
                            otherwise, cursor.found()));
}

std::string_view pointer_text(Pointer pointer) {
    switch (pointer) {
        case Pointer::kNull:
            return "NULL";
        case Pointer::kBad:
            return "BAD";
        case Pointer::kKernel:
            return "KERNEL";
        case Pointer::kGood:
        case Pointer::kRoom:
        case Pointer::kUnaligned:
        case Pointer::kPaused:
            break;  // these are written by the caller, which knows what stands there
    }
    return "?";
}

bool parse_optional_argument(LineCursor& cursor, Operation& operation) {
    const std::vector<std::string_view> permitted = permitted_names(operation);
    const std::string_view name = cursor.peek_word();
    if (permitted.empty() || name.empty()) return false;
    const int column = cursor.column();
    cursor.word();
    if (!cursor.accept('=')) {
        cursor.fail_at(column,
                       fmt::format("expected {}=..., found {}", fmt::join(permitted, "=... or "),
                                   quoted_for_message(name)));
    }
    if (std::ranges::find(permitted, name) == permitted.end()) {
        cursor.fail_at(column, fmt::format("unknown argument {}", quoted_for_message(name)),
                       did_you_mean(name, permitted));
    }
    if (name == kBufferName) {
        parse_buffer(cursor, operation);
    } else if (name == kMaskName) {
        parse_mask(cursor, operation);
    } else if (name == kArrivingName) {
        operation.arriving = static_cast<std::uint8_t>(parse_flags(cursor, signal_names()));
    } else {
        operation.signal_set_size = static_cast<std::uint32_t>(
            cursor.unsigned_number(std::numeric_limits<std::uint32_t>::max()));
    }
    return true;
}

std::string optional_arguments_text(const Operation& operation) {
    const OptionalArguments optional = operation_spec(operation.kind).optional;
    std::string text;
    if (optional == OptionalArguments::kNone) return text;
    if (optional != OptionalArguments::kMask && operation.pointer != kUsual.pointer) {
        text += fmt::format(", {}={}", kBufferName, buffer_text(operation));
    }
    if (operation.mask_pointer != kUsual.mask_pointer) {
        text += fmt::format(", {}={}", kMaskName, mask_text(operation));
    }
    if (operation.signal_set_size != kUsual.signal_set_size) {
        text += fmt::format(", {}={}", kSizeName, operation.signal_set_size);
    }
    if (operation.arriving != kUsual.arriving) {
        text +=
            fmt::format(", {}={}", kArrivingName, flags_text(operation.arriving, signal_names()));
    }
    return text;
}

}  // namespace epollcheck
