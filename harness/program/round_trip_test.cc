// Properties of parser and printer together, on random programs and on damaged texts:
// parse(print(p)) == p; print(parse(t)) is a fixed point; no text makes the parser fail other than
// with an error inside the text.
//
// The random programs here are not meant to be sensible (that is what the generator is for): they
// cover what the text form can say, field by field, from the same table that parser and printer
// use.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "model/vocabulary/completion.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

class ProgramBuilder {
public:
    explicit ProgramBuilder(std::uint64_t seed) : random_(seed) {}

    Program build() {
        build_header();
        thread_count_ = one_in(2) ? 1 : static_cast<int>(1 + below(kMaxThreads));
        const std::size_t length = 1 + below(40);
        for (std::size_t i = 0; i < length; ++i) build_operation();
        program_.closing_comments = comments();
        return std::move(program_);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    bool one_in(std::uint64_t count) { return below(count) == 0; }

    template <typename Range>
    const auto& any_of(const Range& range) {
        return range[below(std::size(range))];
    }

    /// Small numbers, limits and anything between.
    template <typename Number>
    Number number() {
        using Limits = std::numeric_limits<Number>;
        switch (below(5)) {
            case 0:
                return Limits::max();
            case 1:
                return Limits::min();
            case 2:
                return static_cast<Number>(random_());
            default:
                return static_cast<Number>(below(20));
        }
    }

    std::string words() {
        static constexpr std::array<std::string_view, 8> kTexts = {
            "a",          "two words", "colon: here", "# mark",
            "  indented", "= 0",       "Ünïcode",     "T1: barrier"};
        return std::string(any_of(kTexts));
    }

    std::vector<std::string> comments() {
        std::vector<std::string> lines;
        while (one_in(4)) lines.push_back(one_in(3) ? "" : words());
        return lines;
    }

    void build_header() {
        Header& header = program_.header;
        if (one_in(2)) header.id = "topic/name";
        if (one_in(2)) header.title = "Title: of # a program";
        while (one_in(2)) header.rules.emplace_back("R-C13a");
        header.tier = static_cast<Tier>(below(kTiers));
        while (one_in(3)) header.needs.emplace_back("feature");
        while (one_in(3)) header.tags.emplace_back("tag#1");
        header.notes = comments();
    }

    std::int16_t new_handle() {
        const std::size_t count = program_.handles.size();
        if (count == kMaxHandles || (count > 0 && one_in(4))) {
            return static_cast<std::int16_t>(below(count));
        }
        program_.handles.push_back(fmt::format("{}{}", one_in(2) ? "e" : "pipe_", count));
        return static_cast<std::int16_t>(count);
    }

    Descriptor descriptor() {
        const std::size_t bound = program_.handles.size();
        if (bound == 0 || one_in(6)) return {.number = number<std::int32_t>()};
        return {.handle = static_cast<std::int16_t>(below(bound))};
    }

    std::uint32_t flags(std::span<const FlagName> names) {
        std::uint32_t bits = one_in(6) ? flag::kUnknown : 0;
        if (one_in(20)) bits |= static_cast<std::uint32_t>(random_());
        while (one_in(2)) bits |= any_of(names).bit;
        return bits;
    }

    EventMask mask() {
        EventMask bits = one_in(10) ? static_cast<EventMask>(random_()) : 0;
        while (one_in(2)) bits |= *event_bit_named(any_of(event_bit_names()));
        return bits;
    }

    Pointer bad_pointer() {
        static constexpr std::array kPointers = {Pointer::kNull, Pointer::kBad, Pointer::kKernel};
        return any_of(kPointers);
    }

    void build_pair(Operation& operation) {
        operation.bound[0] = one_in(5) ? kNoHandle : new_handle();
        operation.bound[1] = one_in(5) ? kNoHandle : new_handle();
        if (operation.bound[0] == operation.bound[1]) operation.bound[1] = kNoHandle;
    }

    void build_transfer(Operation& operation) {
        operation.as_value = one_in(2);
        operation.length = operation.as_value ? 0 : number<std::uint32_t>();
        const bool is_write = operation.kind == OperationKind::kWrite;
        if (operation.as_value && is_write) operation.value = number<std::uint64_t>();
    }

    void build_fcntl(Operation& operation) {
        const auto command = static_cast<FcntlCommand>(below(fcntl_command_names().size()));
        operation.number = static_cast<std::int32_t>(command);
        if (command == FcntlCommand::kSetFl) operation.value = flags(status_flag_names());
        if (command == FcntlCommand::kSetPipeSize) operation.value = number<std::uint64_t>();
        if (command == FcntlCommand::kSetFd) operation.value = flags(descriptor_flag_names());
    }

    void build_event_argument(Operation& operation) {
        if (one_in(5)) {
            operation.pointer = bad_pointer();
            return;
        }
        operation.flags = mask();
        operation.value = number<std::uint64_t>();
    }

    void build_timespec(Operation& operation) {
        if (one_in(4)) {
            operation.timeout_pointer = bad_pointer();
            return;
        }
        operation.timeout_seconds = number<std::int64_t>();
        operation.timeout_nanoseconds = number<std::int64_t>();
    }

    std::uint8_t signals() { return static_cast<std::uint8_t>(below(128)); }

    void build_signal_argument(const ArgumentSpec& spec, Operation& operation) {
        if (spec.type == ArgumentType::kSignals) {
            operation.signals = signals();
        } else {
            operation.number = static_cast<std::int32_t>(below(mask_how_names().size()));
        }
    }

    void build_request(Operation& operation) {
        operation.flags = number<std::uint32_t>();
        if (one_in(2)) {
            operation.flags = one_in(2) ? kRequestSetParams : kRequestGetParams;
            operation.pointer = one_in(3) ? bad_pointer() : Pointer::kGood;
        }
        if (operation.flags == kRequestSetParams && operation.pointer == Pointer::kGood) {
            operation.value = number<std::uint64_t>();
        }
    }

    void build_argument(const ArgumentSpec& spec, Operation& operation) {
        switch (spec.type) {
            case ArgumentType::kNone:
            case ArgumentType::kSocketOption:
                return;
            case ArgumentType::kDescriptor:
                operation.fd = descriptor();
                return;
            case ArgumentType::kOtherDescriptor:
                operation.other_fd = descriptor();
                return;
            case ArgumentType::kNewPair:
                return build_pair(operation);
            case ArgumentType::kFlags:
                operation.flags = flags(spec.flags);
                return;
            case ArgumentType::kEventMask:
                operation.flags = mask();
                return;
            case ArgumentType::kEventArgument:
                return build_event_argument(operation);
            case ArgumentType::kCtlOperation:
                operation.number =
                    one_in(5) ? number<std::int32_t>() : static_cast<std::int32_t>(1 + below(3));
                return;
            case ArgumentType::kNumber:
            case ArgumentType::kClock:
            case ArgumentType::kValue:
            case ArgumentType::kLength:
            case ArgumentType::kTimeout:
            case ArgumentType::kHow:
                return build_number(spec.type, operation);
            case ArgumentType::kTransfer:
                return build_transfer(operation);
            case ArgumentType::kTimespec:
                return build_timespec(operation);
            case ArgumentType::kFcntlCommand:
                return build_fcntl(operation);
            case ArgumentType::kDomain:
            case ArgumentType::kSettableOption:
            case ArgumentType::kProcess:
            case ArgumentType::kThread:
            case ArgumentType::kOtherKind:
                operation.number = static_cast<std::int32_t>(below(names_of(spec.type).size()));
                return;
            case ArgumentType::kPath:
                operation.number = static_cast<std::int32_t>(below(path_names().size()));
                return;
            case ArgumentType::kTimerSetting:
                return build_timer_setting(operation);
            case ArgumentType::kRequest:
                return build_request(operation);
            case ArgumentType::kSignals:
            case ArgumentType::kMaskHow:
                return build_signal_argument(spec, operation);
        }
    }

    /// Arguments that are any number.
    void build_number(ArgumentType type, Operation& operation) {
        if (type == ArgumentType::kValue) {
            operation.value = number<std::uint64_t>();
        } else if (type == ArgumentType::kLength) {
            operation.length = number<std::uint32_t>();
        } else if (type == ArgumentType::kTimeout) {
            operation.timeout_ms = number<std::int64_t>();
        } else if (type == ArgumentType::kHow) {
            operation.flags = number<std::uint32_t>();
        } else {
            operation.number = number<std::int32_t>();
        }
    }

    void build_timer_setting(Operation& operation) {
        if (one_in(4)) {
            operation.pointer = bad_pointer();
            return;
        }
        operation.value = number<std::uint64_t>();
        operation.timeout_nanoseconds = number<std::int64_t>();
    }

    void build_buffer(const OperationSpec& spec, Operation& operation) {
        if (one_in(4)) operation.pointer = bad_pointer();
        if (spec.result != ResultType::kEvents) return;
        if (one_in(8)) operation.pointer = one_in(2) ? Pointer::kUnaligned : Pointer::kPaused;
        if (one_in(4)) {
            operation.pointer = Pointer::kRoom;
            operation.room = number<std::uint8_t>();
            operation.room_bytes = one_in(2) ? number<std::uint8_t>() : std::uint8_t{0};
        }
    }

    void build_optional(const OperationSpec& spec, Operation& operation) {
        if (spec.optional == OptionalArguments::kNone) return;
        if (spec.optional != OptionalArguments::kMask) build_buffer(spec, operation);
        if (spec.optional == OptionalArguments::kBuffer) return;
        if (spec.result == ResultType::kEvents && one_in(4)) operation.arriving = signals();
        if (spec.optional == OptionalArguments::kWait) return;
        if (one_in(4)) operation.mask_pointer = one_in(2) ? Pointer::kGood : bad_pointer();
        if (operation.mask_pointer == Pointer::kGood && one_in(2)) operation.signals = signals();
        if (one_in(4)) operation.signal_set_size = number<std::uint32_t>();
    }

    ExpectedAnswer answer(const Operation& operation) {
        ExpectedAnswer answer;
        if (one_in(4)) {
            answer.result = Result::of_error(static_cast<int>(1 + below(error::kLargest)));
        } else if (one_in(6)) {
            answer.result = Result::blocked();
        } else {
            answer.result = success(operation, answer.events);
        }
        if (one_in(4)) {
            answer.condition = "V-45";
            answer.condition_holds = one_in(2);
        }
        return answer;
    }

    Completion completion() {
        Completion completion{.id = number<std::uint8_t>(),
                              .kind = static_cast<CompletionKind>(below(5))};
        const auto events = static_cast<std::uint16_t>(mask());
        switch (completion.kind) {
            case CompletionKind::kSuccess:
                break;
            case CompletionKind::kError:
                completion.value = static_cast<std::uint16_t>(1 + below(error::kLargest));
                break;
            case CompletionKind::kEvent:
                completion.data = number<std::uint64_t>();
                completion.value = events;
                break;
            default:
                completion.value = static_cast<std::uint16_t>(events | event::kIn);
                break;
        }
        return completion;
    }

    Result success(const Operation& operation, std::vector<Event>& events) {
        switch (result_type(operation)) {
            case ResultType::kZero:
            case ResultType::kNothing:
                return Result::of_value(0);
            case ResultType::kCount:
                if (operation.kind == OperationKind::kRead && operation.as_value && one_in(2)) {
                    return Result::of_payload(number<std::uint64_t>());
                }
                return Result::of_value(number<std::uint32_t>());
            case ResultType::kDescriptor:
                if (operation.kind == OperationKind::kRecvFd && one_in(3)) {
                    return Result::of_value(number<std::uint32_t>());
                }
                return Result::of_descriptor(-1);
            case ResultType::kPair:
                return Result::of_descriptor(-1);
            case ResultType::kEvents:
                while (events.size() < kMaxEvents && !one_in(4)) {
                    events.push_back({mask(), number<std::uint64_t>()});
                }
                return Result::of_events(static_cast<int>(events.size()));
            case ResultType::kCompletions:
                while (events.size() < kMaxEvents && !one_in(4)) {
                    events.push_back(completion().packed());
                }
                return Result::of_events(static_cast<int>(events.size()));
            case ResultType::kMask:
                return Result::of_value(mask());
            case ResultType::kPayload:
                return Result::of_payload(number<std::uint64_t>());
            case ResultType::kFlags:
                return Result::of_value(flags(status_flag_names()));
            case ResultType::kSets:
                return Result::of_value(flags(set_names()));
            case ResultType::kSignals:
                return Result::of_value(flags(signal_names()));
            case ResultType::kParams:
                return Result::of_payload(number<std::uint64_t>());
        }
        return {};
    }

    void build_operation() {
        const OperationSpec& spec = any_of(operation_table());
        Operation operation{
            .kind = spec.kind,
            .thread = static_cast<std::uint8_t>(below(static_cast<std::uint64_t>(thread_count_)))};
        if (spec.kind == OperationKind::kBarrier) {
            operation.thread = 0;
        } else if (thread_count_ == 1) {
            operation.process = static_cast<std::uint8_t>(below(kMaxProcesses));
        }
        for (const ArgumentSpec& argument : spec.arguments) build_argument(argument, operation);
        build_optional(spec, operation);
        const bool replaces =
            spec.kind == OperationKind::kDup2 || spec.kind == OperationKind::kDup3;
        if (replaces && operation.other_fd.handle != kNoHandle) {
            operation.bound[0] = operation.other_fd.handle;
        } else if (spec.result == ResultType::kDescriptor && !one_in(4)) {
            operation.bound[0] = new_handle();
        }
        Annotation annotation;
        annotation.comments_above = comments();
        if (one_in(4)) annotation.comment = words();
        while (spec.result != ResultType::kNothing && one_in(2)) {
            annotation.expected.push_back(answer(operation));
        }
        program_.operations.push_back(operation);
        program_.annotations.push_back(std::move(annotation));
    }

    std::mt19937_64 random_;
    Program program_;
    int thread_count_ = 1;
};

constexpr std::uint64_t kPrograms = 2000;

/// The program of `text`, which must be one.
Program reparsed(const std::string& text) {
    auto result = parse_program(text, "printed.ep");
    if (const auto* error = std::get_if<ParseError>(&result)) FAIL(error->text() << "\n" << text);
    return std::get<Program>(std::move(result));
}

/// Parses any text; checks what every outcome must satisfy.
void check_outcome(const std::string& text) {
    const auto result = parse_program(text, "damaged.ep");
    if (const auto* error = std::get_if<ParseError>(&result)) {
        const auto lines = 1 + std::ranges::count(text, '\n');
        REQUIRE(error->line >= 1);
        REQUIRE(error->line <= lines);
        REQUIRE(error->column >= 1);
        REQUIRE(error->column <= static_cast<int>(text.size()) + 1);
        REQUIRE_FALSE(error->message.empty());
        return;
    }
    const std::string canonical = print_program(std::get<Program>(result));
    const Program again = reparsed(canonical);
    REQUIRE(again == std::get<Program>(result));
    REQUIRE(print_program(again) == canonical);
}

}  // namespace

TEST_CASE("round trip: random programs survive print and parse") {
    for (std::uint64_t seed = 0; seed < kPrograms; ++seed) {
        const Program program = ProgramBuilder(seed).build();
        const std::string text = print_program(program);
        CAPTURE(seed, text);
        const Program again = reparsed(text);
        REQUIRE(again.header == program.header);
        REQUIRE(again.handles == program.handles);
        REQUIRE(again.operations == program.operations);
        REQUIRE(again == program);
        REQUIRE(print_program(again) == text);
    }
}

TEST_CASE("round trip: operations survive without annotations") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Program program = ProgramBuilder(seed).build();
        program.annotations.clear();
        CAPTURE(seed);
        REQUIRE(reparsed(print_program(program)) == program);
    }
}

TEST_CASE("round trip: a text that is cut at any byte is a program or has an error inside") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::string text = print_program(ProgramBuilder(seed).build());
        for (std::size_t length = 0; length <= text.size(); ++length) {
            CAPTURE(seed, length);
            check_outcome(text.substr(0, length));
        }
    }
}

TEST_CASE("round trip: a damaged text is a program or has an error inside") {
    std::mt19937_64 random(20);
    constexpr std::string_view kBytes = "\n\t #:,=()[]{}|\"_-0x9aTE\\\xff";
    for (std::uint64_t seed = 0; seed < kPrograms; ++seed) {
        std::string text = print_program(ProgramBuilder(seed).build());
        for (int change = 0; change < 3; ++change) {
            const std::size_t place = random() % text.size();
            const char byte = kBytes[random() % kBytes.size()];
            switch (random() % 3) {
                case 0:
                    text[place] = byte;
                    break;
                case 1:
                    text.insert(place, 1, byte);
                    break;
                default:
                    text.erase(place, 1 + random() % 4);
                    text += '\n';
            }
        }
        CAPTURE(seed, text);
        check_outcome(text);
    }
}

}  // namespace epollcheck
