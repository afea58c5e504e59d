// One function per type of result. Error names and `blocks` can answer every operation.

#include "harness/program/answer_parser.h"

#include <fmt/format.h>

#include <limits>

#include "harness/program/suggestion.h"
#include "harness/program/value_parser.h"
#include "model/vocabulary/completion.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

std::string_view answer_form(const Operation& operation) {
    switch (result_type(operation)) {
        case ResultType::kZero:
        case ResultType::kPair:
            return "0";
        case ResultType::kCount:
            return operation.as_value ? "a number of bytes, {the number read}" : "a number";
        case ResultType::kDescriptor:
            return operation.kind == OperationKind::kRecvFd
                       ? "the name of the new handle, a number of bytes"
                       : "the name of the new handle";
        case ResultType::kEvents:
            return "[data:EVENTS, ...]";
        case ResultType::kMask:
            return "events or 0";
        case ResultType::kPayload:
            return "{0}, {the name of an error}";
        case ResultType::kFlags:
            return "O_RDONLY, O_WRONLY or O_RDWR and further flags";
        case ResultType::kSets:
            return "READ|WRITE|EXCEPT or 0";
        case ResultType::kSignals:
            return "signals or 0";
        case ResultType::kParams:
            return "{usecs, budget, prefer, pad}";
        case ResultType::kCompletions:
            return "[id:0, id:ECANCELED, id:EVENTS, id:EVENTS+, id:{data:EVENTS}]";
        case ResultType::kNothing:
            break;
    }
    return "nothing";
}

[[noreturn]] void fail_as_unknown(LineCursor& cursor, const Operation& operation) {
    std::vector<std::string_view> words(error_names().begin(), error_names().end());
    words.push_back("blocks");
    std::string suggestion = did_you_mean(cursor.peek_word(), words);
    if (suggestion.empty()) {
        suggestion = fmt::format("{} answers {}, the name of an error or 'blocks'",
                                 operation_spec(operation.kind).name, answer_form(operation));
    }
    cursor.fail(
        fmt::format("{} is no answer of {}", cursor.found(), operation_spec(operation.kind).name),
        std::move(suggestion));
}

void bind_result(LineCursor& cursor, HandleNames& handles, Operation& operation) {
    const int column = cursor.column();
    const std::int16_t handle = handles.bind(cursor);
    if (operation.bound[0] != kNoHandle && operation.bound[0] != handle) {
        cursor.fail_at(
            column, "the new descriptor has another name already",
            operation.other_fd.handle == operation.bound[0]
                ? "its number is the one that the second argument holds, so that is its name"
                : "one call binds one handle");
    }
    operation.bound[0] = handle;
}

Result parse_descriptor_answer(LineCursor& cursor, HandleNames& handles, Operation& operation) {
    if (!cursor.accept_word("fd")) {
        const std::string_view name = cursor.peek_word();
        if (name.empty() || name[0] == 'E') fail_as_unknown(cursor, operation);
        bind_result(cursor, handles, operation);
    }
    return Result::of_descriptor(-1);
}

Result parse_number_answer(LineCursor& cursor, const Operation& operation, std::int64_t largest) {
    if (!cursor.at_number()) fail_as_unknown(cursor, operation);
    return Result::of_value(cursor.signed_number(0, largest));
}

Result parse_payload(LineCursor& cursor, const Operation& operation) {
    if (!cursor.accept('{')) fail_as_unknown(cursor, operation);
    std::uint64_t payload = 0;
    const auto error = error_named(cursor.peek_word());
    if (error && operation.kind == OperationKind::kGetsockopt) {
        cursor.word();
        payload = static_cast<std::uint64_t>(*error);
    } else {
        payload = cursor.unsigned_number(std::numeric_limits<std::uint64_t>::max());
    }
    cursor.expect('}', "after the number");
    return Result::of_payload(payload);
}

/// What a request is over with, or tells: 0, an error, events, `EVENTS+`, `{data:EVENTS}`.
void parse_outcome(LineCursor& cursor, Completion& completion) {
    if (cursor.accept('{')) {
        completion.kind = CompletionKind::kEvent;
        completion.data = cursor.unsigned_number(std::numeric_limits<std::uint64_t>::max());
        cursor.expect(':', "between data and events");
        completion.value = static_cast<std::uint16_t>(parse_event_mask(cursor));
        cursor.expect('}', "after an event");
    } else if (const auto error = error_named(cursor.peek_word())) {
        cursor.word();
        completion.kind = CompletionKind::kError;
        completion.value = static_cast<std::uint16_t>(*error);
    } else if (completion.value = static_cast<std::uint16_t>(parse_event_mask(cursor));
               completion.value != 0) {
        completion.kind = cursor.accept('+') ? CompletionKind::kMoreMask : CompletionKind::kMask;
    }
}

Result parse_events(LineCursor& cursor, const Operation& operation, std::vector<Event>& events) {
    const int opening = cursor.column();
    if (!cursor.accept('[')) fail_as_unknown(cursor, operation);
    while (!cursor.accept(']')) {
        if (cursor.at_end())
            cursor.fail(fmt::format("the '[' in column {} is not closed", opening));
        if (!events.empty()) cursor.expect(',', "or ']' after an event");
        if (events.size() == kMaxEvents) {
            cursor.fail(fmt::format("an answer can have {} events", kMaxEvents));
        }
        if (result_type(operation) == ResultType::kCompletions) {
            Completion completion;
            completion.id = static_cast<std::uint8_t>(cursor.unsigned_number(kMaxRequestId));
            cursor.expect(':', "after the id of a request");
            parse_outcome(cursor, completion);
            events.push_back(completion.packed());
            continue;
        }
        Event event;
        event.data = cursor.unsigned_number(std::numeric_limits<std::uint64_t>::max());
        cursor.expect(':', "between data and events");
        event.mask = parse_event_mask(cursor);
        events.push_back(event);
    }
    return Result::of_events(static_cast<int>(events.size()));
}

Result parse_success(LineCursor& cursor, HandleNames& handles, Operation& operation,
                     std::vector<Event>& events) {
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
    const ResultType type = result_type(operation);
    switch (type) {
        case ResultType::kZero:
            return parse_number_answer(cursor, operation, 0);
        case ResultType::kCount:
            if (operation.as_value && operation.kind == OperationKind::kRead &&
                cursor.peek() == '{') {
                return parse_payload(cursor, operation);
            }
            return parse_number_answer(cursor, operation, kLargest);
        case ResultType::kDescriptor:
            // A message need not carry a descriptor; then the answer is its length.
            return operation.kind == OperationKind::kRecvFd && cursor.at_number()
                       ? parse_number_answer(cursor, operation, kLargest)
                       : parse_descriptor_answer(cursor, handles, operation);
        case ResultType::kPair:
            parse_number_answer(cursor, operation, 0);
            return Result::of_descriptor(-1);
        case ResultType::kEvents:
        case ResultType::kCompletions:
            return parse_events(cursor, operation, events);
        case ResultType::kMask:
            return Result::of_value(parse_event_mask(cursor));
        case ResultType::kPayload:
            return parse_payload(cursor, operation);
        case ResultType::kFlags:
            return Result::of_value(
                static_cast<std::int64_t>(parse_flags(cursor, status_flag_names())));
        case ResultType::kSets:
            return Result::of_value(static_cast<std::int64_t>(parse_flags(cursor, set_names())));
        case ResultType::kSignals:
            return Result::of_value(static_cast<std::int64_t>(parse_flags(cursor, signal_names())));
        case ResultType::kParams:
            if (!cursor.accept('{')) fail_as_unknown(cursor, operation);
            return Result::of_payload(parse_busy_poll_params(cursor));
        case ResultType::kNothing:
            break;
    }
    fail_as_unknown(cursor, operation);
}

void parse_condition(LineCursor& cursor, ExpectedAnswer& answer) {
    if (!cursor.accept_word("if")) return;
    answer.condition_holds = !cursor.accept_word("not");
    const int column = cursor.column();
    const std::string_view condition = cursor.item();
    if (!condition.starts_with("V-") || condition.size() < 3) {
        cursor.fail_at(column,
                       fmt::format("{} is no version difference", quoted_for_message(condition)),
                       "a condition is written 'if V-45' or 'if not V-45'");
    }
    answer.condition = condition;
}

ExpectedAnswer parse_answer(LineCursor& cursor, HandleNames& handles, Operation& operation) {
    ExpectedAnswer answer;
    if (cursor.accept_word("blocks")) {
        answer.result = Result::blocked();
    } else if (const auto error = error_named(cursor.peek_word())) {
        cursor.word();
        answer.result = Result::of_error(*error);
    } else {
        answer.result = parse_success(cursor, handles, operation, answer.events);
    }
    parse_condition(cursor, answer);
    return answer;
}

}  // namespace

void parse_answers(LineCursor& cursor, HandleNames& handles, Operation& operation,
                   std::vector<ExpectedAnswer>& expected) {
    if (result_type(operation) == ResultType::kNothing) {
        cursor.fail(fmt::format("{} has no answer", operation_spec(operation.kind).name));
    }
    if (result_type(operation) == ResultType::kDescriptor && cursor.accept('(')) {
        bind_result(cursor, handles, operation);
        cursor.expect(')', "after the name of the handle");
        if (!cursor.accept_word("or")) return;
    }
    do {
        expected.push_back(parse_answer(cursor, handles, operation));
    } while (cursor.accept_word("or"));
}

}  // namespace epollcheck
