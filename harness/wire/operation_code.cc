// Operations and traces as bytes. See operation_code.h.

#include "harness/wire/operation_code.h"

#include <limits>
#include <string>
#include <type_traits>

#include "harness/wire/capacity_fields.h"
#include "model/vocabulary/operation_table.h"
#include "model/vocabulary/program.h"

namespace epollcheck::wire {

namespace {

/// Calls visit(field, name, most) for all fields but the kind, those that are used most first: the
/// one list that encoding and decoding share. A field is a number, an enumeration or a bool, and
/// `most` the largest value that it may have. The names in the brackets are all that an Operation
/// has: with another field more or less this does not compile.
template <class AnyOperation, class Visitor>
constexpr void visit_fields(AnyOperation& operation, int handle_count, Visitor visit) {
    auto& [kind, thread, process, bound, fd, other_fd, pointer, timeout_pointer, mask_pointer, room,
           room_bytes, signals, arriving, as_value, flags, number, length, signal_set_size, value,
           timeout_ms, timeout_seconds, timeout_nanoseconds] = operation;
    constexpr auto kAny = std::numeric_limits<std::int64_t>::max();
    constexpr auto kLastPointer = static_cast<std::int64_t>(Pointer::kPaused);
    const std::int64_t last_handle = handle_count - 1;
    visit(fd.handle, "a handle", last_handle);
    visit(flags, "flags", kAny);
    visit(number, "a number", kAny);
    visit(other_fd.handle, "a handle", last_handle);
    visit(bound[0], "a bound handle", last_handle);
    visit(value, "a value", kAny);
    visit(length, "a length", kAny);
    visit(bound[1], "a bound handle", last_handle);
    visit(timeout_ms, "a time-out", kAny);
    visit(as_value, "a flag", 1);
    visit(fd.number, "a descriptor", kAny);
    visit(pointer, "a pointer", kLastPointer);
    visit(other_fd.number, "a descriptor", kAny);
    visit(process, "a process", kMaxProcesses - 1);
    visit(timeout_nanoseconds, "a time-out", kAny);
    visit(timeout_seconds, "a time-out", kAny);
    visit(signals, "signals", kAny);
    visit(timeout_pointer, "a pointer", kLastPointer);
    visit(mask_pointer, "a pointer", kLastPointer);
    visit(room, "a room", kAny);
    visit(room_bytes, "a room", kAny);
    visit(signal_set_size, "a size", kAny);
    visit(thread, "a thread", kMaxThreads - 1);
    visit(arriving, "signals", kAny);
    static_cast<void>(kind);
}

/// What tells the fields that are as usual. As an array, because the fields come by position.
struct UsualFields {
    static constexpr int kMost = 32;
    std::uint64_t values[kMost] = {};
    int count = 0;

    constexpr UsualFields() {
        const Operation usual;
        visit_fields(usual, 0, [this](auto field, const char*, std::int64_t) {
            values[count++] = static_cast<std::uint64_t>(field);
        });
    }
};
constexpr UsualFields kUsual;

template <class Field>
void write_field(ByteWriter& writer, Field field) {
    if constexpr (std::is_signed_v<Field>) {
        writer.signed_varint(field);
    } else {
        writer.varint(static_cast<std::uint64_t>(field));
    }
}

template <class Field>
void read_field(ByteReader& reader, Field& field, const char* name, std::int64_t most) {
    if constexpr (std::is_enum_v<Field> || std::is_same_v<Field, bool>) {
        field = static_cast<Field>(reader.varint_up_to(static_cast<std::uint64_t>(most), name));
    } else if constexpr (std::is_signed_v<Field>) {
        constexpr auto kLargest = std::int64_t{std::numeric_limits<Field>::max()};
        // Of the fields with a limit, only handles have a sign; -1 is none.
        const bool limited = most < kLargest;
        const std::int64_t least = limited ? -1 : std::numeric_limits<Field>::min();
        field = static_cast<Field>(reader.signed_between(least, limited ? most : kLargest, name));
    } else {
        constexpr std::uint64_t kLargest = std::numeric_limits<Field>::max();
        const auto limit = static_cast<std::uint64_t>(most);
        const bool limited = most != std::numeric_limits<std::int64_t>::max() && limit < kLargest;
        field = static_cast<Field>(reader.varint_up_to(limited ? limit : kLargest, name));
    }
}

constexpr std::uint8_t kKindMask = 0x07;
constexpr std::uint8_t kHasValue = 0x08;
constexpr std::uint8_t kHasFirstSlot = 0x10;
constexpr std::uint8_t kHasSecondSlot = 0x20;
constexpr std::uint8_t kHasEvents = 0x40;

void encode_observation(ByteWriter& writer, const Observation& observation) {
    const Result& result = observation.result;
    const bool has_value = result.value != 0;
    writer.u8(static_cast<std::uint8_t>(
        static_cast<unsigned>(result.kind) | (has_value ? kHasValue : 0) |
        (result.slots[0] != -1 ? kHasFirstSlot : 0) | (result.slots[1] != -1 ? kHasSecondSlot : 0) |
        (observation.events.empty() ? 0 : kHasEvents)));
    if (has_value) writer.signed_varint(result.value);
    for (const std::int16_t slot : result.slots) {
        if (slot != -1) writer.signed_varint(slot);
    }
    if (!observation.events.empty()) {
        writer.varint(observation.events.size());
        for (const Event& event : observation.events) {
            writer.varint(event.mask);
            writer.varint(event.data);
        }
    }
}

/// Reads one observation into `result` and `events`, which has room for kMaxEvents.
void decode_observation(ByteReader& reader, Result& result, Event* events) {
    constexpr auto kSlots = std::numeric_limits<std::int16_t>();
    const std::uint8_t head = reader.u8();
    result = {};
    if ((head & kKindMask) > static_cast<int>(ResultKind::kBlocked) || head > 0x7f) {
        reader.fail("a result of unknown kind");
        return;
    }
    result.kind = static_cast<ResultKind>(head & kKindMask);
    if ((head & kHasValue) != 0) result.value = reader.signed_varint();
    for (int i = 0; i < 2; ++i) {
        if ((head & (kHasFirstSlot << i)) != 0) {
            result.slots[i] = static_cast<std::int16_t>(
                reader.signed_between(kSlots.min(), kSlots.max(), "a slot"));
        }
    }
    if ((head & kHasEvents) == 0) {
        return;
    }
    result.event_count = static_cast<std::uint8_t>(reader.count(kMaxEvents, "a number of events"));
    for (int i = 0; i < result.event_count; ++i) {
        events[i].mask = static_cast<EventMask>(
            reader.varint_up_to(std::numeric_limits<EventMask>::max(), "an event mask"));
        events[i].data = reader.varint();
    }
}

/// FNV-1a, which needs no table.
class Fingerprint {
public:
    void add(std::string_view text) {
        for (const char character : text) {
            add_byte(static_cast<std::uint8_t>(character));
        }
        add_byte(0);
    }
    void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            add_byte(static_cast<std::uint8_t>(number >> shift));
        }
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_byte(std::uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3U; }

    std::uint64_t value_ = 0xcbf29ce484222325U;
};

}  // namespace

void encode_operation(ByteWriter& writer, const Operation& operation) {
    writer.u8(static_cast<std::uint8_t>(operation.kind));
    std::uint64_t present = 0;
    int index = 0;
    visit_fields(operation, 0, [&](auto field, const char*, std::int64_t) {
        const bool usual = static_cast<std::uint64_t>(field) == kUsual.values[index];
        present |= std::uint64_t{!usual} << index++;
    });
    writer.varint(present);
    index = 0;
    visit_fields(operation, 0, [&](auto field, const char*, std::int64_t) {
        if ((present >> index++ & 1) != 0) {
            write_field(writer, field);
        }
    });
}

void decode_operation(ByteReader& reader, int handle_count, Operation& operation) {
    const std::uint64_t kind = reader.u8();
    if (kind >= kOperationKinds) {
        reader.fail("an operation of unknown kind " + std::to_string(kind));
        return;
    }
    operation = {};
    operation.kind = static_cast<OperationKind>(kind);
    const std::uint64_t present =
        reader.varint_up_to((std::uint64_t{1} << kUsual.count) - 1, "a set of fields");
    int index = 0;
    visit_fields(operation, handle_count, [&](auto& field, const char* name, std::int64_t most) {
        if ((present >> index++ & 1) != 0) {
            read_field(reader, field, name, most);
        }
    });
}

void encode_program(ByteWriter& writer, std::span<const Operation> operations, int handle_count) {
    writer.varint(static_cast<std::uint64_t>(handle_count));
    writer.varint(operations.size());
    for (const Operation& operation : operations) {
        encode_operation(writer, operation);
    }
}

void decode_program(ByteReader& reader, WireProgram& program) {
    program.handle_count =
        static_cast<int>(reader.varint_up_to(kMaxHandles, "a number of handles"));
    program.operations.resize(reader.count(kMaxOperations, "a number of operations"));
    for (Operation& operation : program.operations) {
        decode_operation(reader, program.handle_count, operation);
    }
}

void encode_trace(ByteWriter& writer, const Trace& trace) {
    writer.varint(trace.size());
    for (std::size_t i = 0; i < trace.size(); ++i) {
        encode_observation(writer, trace[i]);
    }
}

void decode_trace(ByteReader& reader, Trace& trace) {
    trace.clear();
    const std::size_t count = reader.count(kMaxOperations, "a number of results");
    for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
        Result result;
        Event events[kMaxEvents];
        decode_observation(reader, result, events);
        trace.append(result, {events, result.event_count});
    }
}

std::uint64_t vocabulary_fingerprint() {
    Fingerprint fingerprint;
    for (const OperationSpec& spec : operation_table()) {
        fingerprint.add(spec.name);
        fingerprint.add(static_cast<std::uint64_t>(spec.result));
        for (const ArgumentSpec& argument : spec.arguments) {
            fingerprint.add(static_cast<std::uint64_t>(argument.type));
            for (const FlagName& name : argument.flags) {
                fingerprint.add(name.name);
                fingerprint.add(name.bit);
            }
        }
    }
    for (int type = 0; type <= static_cast<int>(ArgumentType::kMaskHow); ++type) {
        for (const std::string_view name : names_of(static_cast<ArgumentType>(type))) {
            fingerprint.add(name);
        }
    }
    const Operation usual;
    visit_fields(usual, 0, [&](auto field, const char* name, std::int64_t) {
        fingerprint.add(name);
        fingerprint.add(sizeof field);
    });
    const Capacities capacities;
    visit_capacities(capacities, [&](const char* name, auto field) {
        fingerprint.add(name);
        fingerprint.add(sizeof field);
    });
    return fingerprint.value();
}

}  // namespace epollcheck::wire
