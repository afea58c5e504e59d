// Encoding and decoding of messages. See messages.h.

#include "harness/wire/messages.h"

#include <limits>
#include <type_traits>

#include "harness/wire/capacity_fields.h"

namespace epollcheck::wire {

namespace {

constexpr std::size_t kMostText = 4096;
constexpr std::size_t kMostCharges = 4096;
/// More than an ordinary program takes.
constexpr std::size_t kRoomForProgram = 65536;

constexpr std::uint8_t kAskAll = 1;
constexpr std::uint8_t kReportEach = 2;
constexpr std::uint8_t kRepeats = 4;
constexpr std::uint8_t kHasError = 1;
constexpr std::uint8_t kHasDisagreement = 2;
constexpr std::uint8_t kErrorOfTarget = 4;
constexpr std::uint8_t kHasIntervals = 8;

/// Room for one message: a payload is made in it before its frame, whose header needs the length.
template <class Write>
void append_message(Bytes& output, FrameType type, Write write) {
    thread_local Bytes payload;
    payload.clear();
    ByteWriter writer(payload);
    write(writer);
    append_frame(output, type, payload);
}

Decoded finish(ByteReader& reader) {
    reader.expect_end();
    return reader.error();
}

std::uint32_t read_u32(ByteReader& reader, const char* what) {
    return static_cast<std::uint32_t>(
        reader.varint_up_to(std::numeric_limits<std::uint32_t>::max(), what));
}

void encode_disagreement(ByteWriter& writer, const ReadinessDisagreement& disagreement) {
    writer.signed_varint(disagreement.handle);
    writer.signed_varint(disagreement.slot);
    writer.varint(disagreement.answers.poll);
    writer.varint(disagreement.answers.select);
    writer.varint(disagreement.answers.epoll);
    writer.signed_varint(disagreement.answers.add_error);
}

ReadinessDisagreement decode_disagreement(ByteReader& reader) {
    constexpr auto kHandles = std::numeric_limits<std::int16_t>();
    constexpr auto kNumbers = std::numeric_limits<int>();
    ReadinessDisagreement result;
    result.handle =
        static_cast<std::int16_t>(reader.signed_between(-1, kHandles.max(), "a handle"));
    result.slot = static_cast<int>(reader.signed_between(-1, kNumbers.max(), "a slot"));
    result.answers.poll = read_u32(reader, "an answer of poll");
    result.answers.select = read_u32(reader, "an answer of select");
    result.answers.epoll = read_u32(reader, "an answer of epoll");
    result.answers.add_error =
        static_cast<int>(reader.signed_between(0, kNumbers.max(), "an errno"));
    return result;
}

/// A ticket, or 0 for never.
std::uint64_t shifted_ticket(std::uint64_t ticket) { return ticket + 1; }

void encode_intervals(ByteWriter& writer, std::span<const CallInterval> intervals) {
    for (const CallInterval& interval : intervals) {
        writer.varint(shifted_ticket(interval.begin) << 1 | (interval.blocked ? 1 : 0));
        writer.varint(shifted_ticket(interval.end));
    }
}

void decode_intervals(ByteReader& reader, std::vector<CallInterval>& intervals) {
    for (CallInterval& interval : intervals) {
        const std::uint64_t begin = reader.varint();
        interval.blocked = (begin & 1) != 0;
        interval.begin = (begin >> 1) - 1;
        interval.end = reader.varint() - 1;
    }
}

}  // namespace

const char* way_to_call_name(CallsBy way) {
    switch (way) {
        case CallsBy::kRaw:
            return "raw";
        case CallsBy::kLibrary:
            return "libc";
        case CallsBy::kRing:
            return "io_uring";
    }
    return "";
}

void encode_hello(Bytes& output) { append_frame(output, FrameType::kHello, {}); }

void encode_measure(Bytes& output) { append_frame(output, FrameType::kMeasure, {}); }

void encode_bye(Bytes& output) { append_frame(output, FrameType::kBye, {}); }

void encode_complaint(Bytes& output, const std::string& text) {
    append_message(output, FrameType::kComplaint, [&](ByteWriter& writer) {
        writer.text(std::string_view(text).substr(0, kMostText));
    });
}

void encode(Bytes& output, const Welcome& welcome) {
    append_message(output, FrameType::kWelcome, [&](ByteWriter& writer) {
        writer.u16(welcome.protocol_version);
        writer.varint(welcome.fingerprint);
        writer.u8(welcome.pointer_bytes);
        writer.u8(welcome.big_endian ? 1 : 0);
        writer.u8(static_cast<std::uint8_t>(welcome.calls));
        for (const std::string* text :
             {&welcome.kernel, &welcome.architecture, &welcome.release, &welcome.setup_error}) {
            writer.text(std::string_view(*text).substr(0, kMostText));
        }
    });
}

void encode(Bytes& output, const CapacitiesReply& reply) {
    append_message(output, FrameType::kCapacities, [&](ByteWriter& writer) {
        writer.text(std::string_view(reply.error).substr(0, kMostText));
        visit_capacities(reply.capacities, [&](const char*, auto field) {
            writer.signed_varint(static_cast<std::int64_t>(field));
        });
    });
}

void encode(Bytes& output, std::span<const ChargeQuestion> questions) {
    append_message(output, FrameType::kMeasureCharges, [&](ByteWriter& writer) {
        writer.varint(questions.size());
        for (const ChargeQuestion& question : questions) {
            writer.u8(static_cast<std::uint8_t>(question.socket));
            writer.varint(question.length);
        }
    });
}

void encode_charges(Bytes& output, std::span<const std::uint32_t> charges) {
    append_message(output, FrameType::kCharges, [&](ByteWriter& writer) {
        writer.varint(charges.size());
        for (const std::uint32_t charge : charges) {
            writer.varint(charge);
        }
    });
}

void encode(Bytes& output, const ProgramResult& result) {
    append_message(output, FrameType::kResult, [&](ByteWriter& writer) {
        writer.varint(result.batch);
        writer.varint(result.program);
        writer.u8(static_cast<std::uint8_t>(
            (result.error ? kHasError : 0) | (result.disagreement ? kHasDisagreement : 0) |
            (result.error && result.error->of_target ? kErrorOfTarget : 0) |
            (result.intervals.empty() ? 0 : kHasIntervals)));
        encode_trace(writer, result.trace);
        encode_intervals(writer, result.intervals);
        if (result.error) {
            writer.text(std::string_view(result.error->what).substr(0, kMostText));
        }
        if (result.disagreement) {
            encode_disagreement(writer, *result.disagreement);
        }
    });
}

BatchEncoder::BatchEncoder(const BatchOptions& options) { start(options); }

void BatchEncoder::start(const BatchOptions& options) {
    payload_.clear();
    count_ = 0;
    ByteWriter writer(payload_);
    writer.varint(options.id);
    writer.u8(static_cast<std::uint8_t>((options.ask_all ? kAskAll : 0) |
                                        (options.report_each ? kReportEach : 0) |
                                        (options.repetitions > 0 ? kRepeats : 0)));
    if (options.repetitions > 0) {
        writer.varint(options.repetitions);
        writer.varint(options.schedule.seed);
        writer.varint(options.schedule.most_spin);
    }
}

void BatchEncoder::add(std::span<const Operation> operations, int handle_count) {
    ByteWriter writer(payload_);
    encode_program(writer, operations, handle_count);
    ++count_;
}

bool BatchEncoder::has_room() const {
    return count_ < kMaxProgramsInBatch && payload_.size() + kRoomForProgram <= kMaxPayloadBytes;
}

void BatchEncoder::finish(Bytes& output, const BatchOptions& next) {
    append_frame(output, FrameType::kBatch, payload_);
    start(next);
}

Decoded decode(std::span<const std::uint8_t> payload, Welcome& welcome) {
    ByteReader reader(payload);
    welcome.protocol_version = reader.u16();
    welcome.fingerprint = reader.varint();
    welcome.pointer_bytes = reader.u8();
    welcome.big_endian = reader.varint_up_to(1, "an order of bytes") != 0;
    welcome.calls = static_cast<CallsBy>(reader.varint_up_to(kWaysToCall - 1, "a way to call"));
    welcome.kernel = reader.text(kMostText, "a text");
    welcome.architecture = reader.text(kMostText, "a text");
    welcome.release = reader.text(kMostText, "a text");
    welcome.setup_error = reader.text(kMostText, "a text");
    return finish(reader);
}

Decoded decode(std::span<const std::uint8_t> payload, CapacitiesReply& reply) {
    ByteReader reader(payload);
    reply.error = reader.text(kMostText, "a text");
    visit_capacities(reply.capacities, [&](const char* name, auto& field) {
        using Field = std::remove_reference_t<decltype(field)>;
        using Limits = std::numeric_limits<Field>;
        field = static_cast<Field>(reader.signed_between(Limits::min(), Limits::max(), name));
    });
    return finish(reader);
}

Decoded decode(std::span<const std::uint8_t> payload, std::vector<ChargeQuestion>& questions) {
    ByteReader reader(payload);
    questions.resize(reader.count(kMostCharges, "a number of questions"));
    for (ChargeQuestion& question : questions) {
        question.socket =
            static_cast<ChargeQuestion::Socket>(reader.varint_up_to(2, "a type of socket"));
        question.length = read_u32(reader, "a length");
    }
    return finish(reader);
}

Decoded decode_charges(std::span<const std::uint8_t> payload, std::vector<std::uint32_t>& charges) {
    ByteReader reader(payload);
    charges.resize(reader.count(kMostCharges, "a number of charges"));
    for (std::uint32_t& charge : charges) {
        charge = read_u32(reader, "a charge");
    }
    return finish(reader);
}

Decoded decode(std::span<const std::uint8_t> payload, Batch& batch) {
    ByteReader reader(payload);
    batch.options.id = read_u32(reader, "the number of a batch");
    const std::uint64_t options = reader.varint_up_to(kAskAll | kReportEach | kRepeats, "options");
    batch.options.ask_all = (options & kAskAll) != 0;
    batch.options.report_each = (options & kReportEach) != 0;
    batch.options.repetitions = 0;
    batch.options.schedule = {};
    if ((options & kRepeats) != 0) {
        batch.options.repetitions = static_cast<std::uint32_t>(
            reader.varint_up_to(kMaxProgramsInBatch, "a number of repetitions"));
        batch.options.schedule.seed = reader.varint();
        batch.options.schedule.most_spin = read_u32(reader, "a time to spin");
    }
    std::size_t count = 0;
    while (reader.left() > 0) {
        if (count == kMaxProgramsInBatch) {
            reader.fail("a batch of too many programs");
            break;
        }
        if (count == batch.programs.size()) {
            batch.programs.emplace_back();
        }
        decode_program(reader, batch.programs[count++]);
    }
    batch.programs.resize(count);
    return finish(reader);
}

Decoded decode(std::span<const std::uint8_t> payload, ProgramResult& result) {
    ByteReader reader(payload);
    result.batch = read_u32(reader, "the number of a batch");
    result.program = read_u32(reader, "the number of a program");
    const std::uint64_t parts =
        reader.varint_up_to(kHasError | kHasDisagreement | kErrorOfTarget | kHasIntervals, "parts");
    decode_trace(reader, result.trace);
    result.intervals.resize((parts & kHasIntervals) != 0 ? result.trace.size() : 0);
    decode_intervals(reader, result.intervals);
    result.error.reset();
    result.disagreement.reset();
    if ((parts & kHasError) != 0) {
        result.error =
            HarnessError{reader.text(kMostText, "a text"), (parts & kErrorOfTarget) != 0};
    }
    if ((parts & kHasDisagreement) != 0) {
        result.disagreement = decode_disagreement(reader);
    }
    return finish(reader);
}

Decoded decode_complaint(std::span<const std::uint8_t> payload, std::string& text) {
    ByteReader reader(payload);
    text = reader.text(kMostText, "a text");
    return finish(reader);
}

}  // namespace epollcheck::wire
