// Reader subject. See reader_subject.h. A new reader is a function and a line in the table.

#include "fuzz/reader_subject.h"

#include <fmt/format.h>

#include <algorithm>

#include "fuzz/program_bytes.h"
#include "harness/expectations/expectations.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "harness/program/universe_parser.h"
#include "harness/target/description.h"
#include "harness/wire/armour.h"
#include "harness/wire/frame.h"
#include "harness/wire/messages.h"
#include "reports/results_reader.h"
#include "stress/history/history_text.h"
#include "stress/scenario.h"

namespace epollcheck {

namespace {

using Input = std::span<const std::uint8_t>;
using Wrong = std::optional<std::string>;

std::string_view text_of(Input input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

/// What is wrong if `program`, which was accepted, does not survive being printed.
Wrong check_round_trip(const Program& program) {
    const std::string text = print_program(program);
    const auto again = parse_program(text, "again");
    if (const auto* error = std::get_if<ParseError>(&again)) {
        return fmt::format("what was printed is not accepted: {}\n{}", error->text(), text);
    }
    if (!(std::get<Program>(again) == program)) {
        return fmt::format("what was printed is another program:\n{}", text);
    }
    return std::nullopt;
}

Wrong read_program(Input input) {
    const auto parsed = parse_program(text_of(input), "input");
    const auto* program = std::get_if<Program>(&parsed);
    return program != nullptr ? check_round_trip(*program) : std::nullopt;
}

Wrong read_universe(Input input) {
    static_cast<void>(parse_universe(text_of(input), "input", "input"));
    return std::nullopt;
}

Wrong read_scenario(Input input) {
    static_cast<void>(parse_scenario(text_of(input), "input"));
    return std::nullopt;
}

Wrong read_results(Input input) {
    static_cast<void>(read_runs(text_of(input), "input"));
    return std::nullopt;
}

Wrong read_expectations(Input input) {
    static_cast<void>(parse_expectations(text_of(input), "input"));
    return std::nullopt;
}

Wrong read_history(Input input) {
    static_cast<void>(parse_history(text_of(input), "input"));
    return std::nullopt;
}

Wrong read_description(Input input) {
    static_cast<void>(parse_description(std::string(text_of(input)), "input.toml"));
    return std::nullopt;
}

/// The payload of a message, which is decoded as every kind of message that there is.
Wrong read_payload(Input input) {
    wire::Welcome welcome;
    static_cast<void>(wire::decode(input, welcome));
    wire::CapacitiesReply capacities;
    static_cast<void>(wire::decode(input, capacities));
    std::vector<wire::ChargeQuestion> questions;
    static_cast<void>(wire::decode(input, questions));
    std::vector<std::uint32_t> charges;
    static_cast<void>(wire::decode_charges(input, charges));
    wire::ProgramResult result;
    static_cast<void>(wire::decode(input, result));
    std::string complaint;
    static_cast<void>(wire::decode_complaint(input, complaint));
    wire::Batch batch;
    static_cast<void>(wire::decode(input, batch));
    return std::nullopt;
}

/// A stream of frames in pieces whose sizes the first byte tells.
Wrong read_frames(Input input) {
    if (input.empty()) {
        return std::nullopt;
    }
    const std::size_t piece = 1 + input.front() % 64;
    wire::FrameReader reader(wire::Sender::kExecutor);
    for (input = input.subspan(1); !input.empty();) {
        const std::size_t size = std::min(piece, input.size());
        reader.feed(input.first(size));
        while (const auto frame = reader.next()) {
            read_payload(frame->payload);
        }
        input = input.subspan(size);
    }
    return std::nullopt;
}

/// The same inside a frame whose check sums are right.
Wrong read_framed(Input input) {
    wire::Bytes bytes;
    wire::append_frame(bytes, wire::FrameType::kResult, input);
    wire::FrameReader reader(wire::Sender::kExecutor);
    reader.feed(bytes);
    const auto frame = reader.next();
    if (!frame || !std::ranges::equal(frame->payload, input)) {
        return "a frame does not come back as it was sent";
    }
    return read_payload(frame->payload);
}

Wrong read_armoured(Input input) {
    wire::Bytes bytes;
    wire::ArmourReader reader;
    reader.feed(input, bytes);
    return std::nullopt;
}

Wrong read_program_bytes(Input input) {
    constexpr Reach kReaches[] = {Reach::kModel, Reach::kMachine, Reach::kThreads};
    const Reach reach = kReaches[input.empty() ? 0 : input.front() % std::size(kReaches)];
    Program program;
    program_from_bytes(input, reach, program);
    if (const auto wrong = check_round_trip(program)) {
        return wrong;
    }
    Program again;
    program_from_bytes(bytes_of_program(program), reach, again);
    if (!(again == program)) {
        return fmt::format("the bytes of a lawful program are another one:\n{}\n{}",
                           print_program(program), print_program(again));
    }
    return std::nullopt;
}

constexpr struct {
    std::string_view name;
    Wrong (*read)(Input input);
} kReaders[] = {
    {"program", read_program},   {"frames", read_frames},
    {"framed", read_framed},     {"payload", read_payload},
    {"results", read_results},   {"expectations", read_expectations},
    {"history", read_history},   {"scenario", read_scenario},
    {"universe", read_universe}, {"description", read_description},
    {"armoured", read_armoured}, {"program-bytes", read_program_bytes},
};

}  // namespace

std::vector<std::string_view> reader_names() {
    std::vector<std::string_view> names;
    for (const auto& reader : kReaders) {
        names.push_back(reader.name);
    }
    return names;
}

std::optional<std::string> read_hostile(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) {
        return std::nullopt;
    }
    const auto& reader = kReaders[bytes.front() % std::size(kReaders)];
    if (auto wrong = reader.read(bytes.subspan(1))) {
        return fmt::format("reader {}: {}", reader.name, *wrong);
    }
    return std::nullopt;
}

}  // namespace epollcheck
