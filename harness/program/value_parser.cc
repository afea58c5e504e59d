// Parsing of flags, event masks and descriptors.

#include "harness/program/value_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/program/suggestion.h"

namespace epollcheck {
namespace {

std::uint64_t parse_unnamed_bits(LineCursor& cursor, std::span<const FlagName> flags) {
    const int column = cursor.column();
    const std::uint64_t bits = cursor.unsigned_number(std::numeric_limits<std::uint32_t>::max());
    for (const FlagName& known : flags) {
        if ((bits & known.bit) == 0) continue;
        cursor.fail_at(
            column, "a number can stand only for flags that have no name",
            fmt::format("write {} if that is what bit {:#x} means here", known.name, known.bit));
    }
    return bits;
}

std::uint64_t parse_flag(LineCursor& cursor, std::span<const FlagName> flags) {
    if (cursor.at_number()) return parse_unnamed_bits(cursor, flags);
    const std::string_view name = cursor.peek_word();
    const auto known = std::ranges::find(flags, name, &FlagName::name);
    if (name.empty()) cursor.fail(fmt::format("expected a flag or 0, found {}", cursor.found()));
    if (known == flags.end()) {
        cursor.fail(fmt::format("unknown flag {}", quoted_for_message(name)),
                    did_you_mean(name, names_of(flags)));
    }
    cursor.word();
    return known->bit;
}

EventMask parse_event(LineCursor& cursor) {
    if (cursor.at_number()) {
        return static_cast<EventMask>(
            cursor.unsigned_number(std::numeric_limits<EventMask>::max()));
    }
    const std::string_view name = cursor.peek_word();
    if (name.empty()) cursor.fail(fmt::format("expected an event or 0, found {}", cursor.found()));
    const auto bit = event_bit_named(name);
    if (!bit) {
        cursor.fail(fmt::format("unknown event {}", quoted_for_message(name)),
                    did_you_mean(name, event_bit_names()));
    }
    cursor.word();
    return *bit;
}

}  // namespace

std::uint64_t parse_flags(LineCursor& cursor, std::span<const FlagName> flags) {
    std::uint64_t bits = 0;
    do {
        bits |= parse_flag(cursor, flags);
    } while (cursor.accept('|'));
    return bits;
}

EventMask parse_event_mask(LineCursor& cursor) {
    EventMask mask = 0;
    do {
        mask |= parse_event(cursor);
    } while (cursor.accept('|'));
    return mask;
}

std::uint64_t parse_busy_poll_params(LineCursor& cursor) {
    const auto number = [&](auto& field) {
        using Field = std::remove_reference_t<decltype(field)>;
        field = static_cast<Field>(cursor.unsigned_number(std::numeric_limits<Field>::max()));
    };
    BusyPollParams params;
    number(params.usecs);
    cursor.expect(',', "between usecs and budget");
    number(params.budget);
    cursor.expect(',', "between budget and prefer");
    number(params.prefer);
    cursor.expect(',', "between prefer and pad");
    number(params.pad);
    cursor.expect('}', "after pad");
    return params.packed();
}

Descriptor parse_descriptor(LineCursor& cursor, HandleNames& handles) {
    Descriptor descriptor;
    if (cursor.at_number()) {
        using Limits = std::numeric_limits<std::int32_t>;
        descriptor.number =
            static_cast<std::int32_t>(cursor.signed_number(Limits::min(), Limits::max()));
    } else {
        descriptor.handle = handles.use(cursor);
    }
    return descriptor;
}

}  // namespace epollcheck
