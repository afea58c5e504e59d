// Canonical text: the header, the lines of the operations, the answers.

#include "harness/program/printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/program/value_text.h"
#include "model/vocabulary/completion.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

bool has_several_threads(const Program& program) {
    return std::ranges::any_of(program.operations,
                               [](const Operation& operation) { return operation.thread != 0; });
}

bool makes_one_descriptor(const Operation& operation) {
    return result_type(operation) == ResultType::kDescriptor;
}

/// A text that stands on one line: a line break in a comment would turn its rest into a program.
std::string one_line(std::string_view text) {
    std::string line(text);
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\0'; }, ' ');
    return line;
}

void append_comments(const std::vector<std::string>& comments, std::string& text) {
    for (const std::string& comment : comments) {
        text += comment.empty() ? "#\n" : fmt::format("# {}\n", one_line(comment));
    }
}

void append_key(std::string_view key, std::string_view value, std::string& text) {
    if (!value.empty()) text += fmt::format("{}: {}\n", key, one_line(value));
}

void append_header(const Header& header, std::string& text) {
    const bool is_bare = header.id.empty() && header.title.empty() && header.rules.empty() &&
                         header.needs.empty() && header.tags.empty();
    append_key("id", header.id, text);
    append_key("title", header.title, text);
    append_key("rules", fmt::format("{}", fmt::join(header.rules, " ")), text);
    if (!is_bare || header.tier != Tier::kExact) append_key("tier", tier_name(header.tier), text);
    append_key("needs", fmt::format("{}", fmt::join(header.needs, " ")), text);
    append_key("tags", fmt::format("{}", fmt::join(header.tags, " ")), text);
    if (!text.empty()) text += '\n';
    append_comments(header.notes, text);
    if (!header.notes.empty()) text += '\n';
}

/// Who runs the operation, as far as that has to be said.
std::string actor_text(const Operation& operation, bool shows_thread) {
    if (operation.kind == OperationKind::kBarrier) return "";
    if (operation.process != 0) return fmt::format("P{}: ", operation.process + 1);
    return shows_thread ? fmt::format("T{}: ", operation.thread + 1) : "";
}

std::string call_text(const Program& program, const Operation& operation, bool shows_thread) {
    return fmt::format("{}{}{}", actor_text(operation, shows_thread),
                       operation_spec(operation.kind).name, arguments_text(operation, program));
}

std::string expected_text(const Operation& operation, const Program& program,
                          const ExpectedAnswer& expected) {
    std::string text = print_answer(operation, program, {expected.result, expected.events});
    if (!expected.condition.empty()) {
        text += fmt::format(" if {}{}", expected.condition_holds ? "" : "not ", expected.condition);
    }
    return text;
}

std::string answers_text(const Operation& operation, const Program& program,
                         const std::vector<ExpectedAnswer>& expected) {
    std::vector<std::string> answers;
    const bool expects_success = std::ranges::any_of(expected, [](const ExpectedAnswer& answer) {
        return answer.result.kind == ResultKind::kDescriptor;
    });
    // The arguments of dup2 and dup3 bind a handle themselves.
    const bool is_bound_here = makes_one_descriptor(operation) && operation.bound[0] != kNoHandle &&
                               operation.bound[0] != operation.other_fd.handle;
    if (is_bound_here && !expects_success) {
        answers.push_back(fmt::format("({})", handle_text(operation.bound[0], program)));
    }
    for (const ExpectedAnswer& answer : expected) {
        answers.push_back(expected_text(operation, program, answer));
    }
    return answers.empty() ? "" : fmt::format(" = {}", fmt::join(answers, " or "));
}

std::string completion_text(const Completion& completion) {
    const std::string mask = event_mask_text(completion.value);
    switch (completion.kind) {
        case CompletionKind::kError:
            return fmt::format("{}:{}", completion.id, error_name(completion.value));
        case CompletionKind::kMoreMask:
            return fmt::format("{}:{}+", completion.id, mask);
        case CompletionKind::kEvent:
            return fmt::format("{}:{{{}:{}}}", completion.id, completion.data, mask);
        default:
            return fmt::format("{}:{}", completion.id, mask);
    }
}

std::string events_text(const Operation& operation, std::span<const Event> events) {
    const bool of_requests = result_type(operation) == ResultType::kCompletions;
    std::vector<std::string> texts;
    for (const Event& event : events) {
        texts.push_back(of_requests
                            ? completion_text(Completion::of(event))
                            : fmt::format("{}:{}", event.data, event_mask_text(event.mask)));
    }
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string value_text(const Operation& operation, std::int64_t value) {
    switch (result_type(operation)) {
        case ResultType::kMask:
            return event_mask_text(static_cast<EventMask>(value));
        case ResultType::kFlags:
            return flags_text(static_cast<std::uint64_t>(value), status_flag_names());
        case ResultType::kSets:
            return flags_text(static_cast<std::uint64_t>(value), set_names());
        case ResultType::kSignals:
            return flags_text(static_cast<std::uint64_t>(value), signal_names());
        default:
            return std::to_string(value);
    }
}

std::string payload_text(const Operation& operation, std::int64_t value) {
    if (result_type(operation) == ResultType::kParams) {
        return busy_poll_params_text(static_cast<std::uint64_t>(value));
    }
    const bool is_error = operation.kind == OperationKind::kGetsockopt && value > 0;
    if (is_error && value <= error::kLargest) {
        return fmt::format("{{{}}}", error_name(static_cast<int>(value)));
    }
    return fmt::format("{{{}}}", static_cast<std::uint64_t>(value));
}

}  // namespace

std::string print_program(const Program& program) {
    std::string text;
    append_header(program.header, text);
    const bool shows_threads = has_several_threads(program);
    const Annotation none;
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
        const Operation& operation = program.operations[i];
        const Annotation& annotation =
            i < program.annotations.size() ? program.annotations[i] : none;
        append_comments(annotation.comments_above, text);
        text += call_text(program, operation, shows_threads);
        text += answers_text(operation, program, annotation.expected);
        if (!annotation.comment.empty())
            text += fmt::format("  # {}", one_line(annotation.comment));
        text += '\n';
    }
    append_comments(program.closing_comments, text);
    return text;
}

std::string print_operation(const Program& program, std::size_t index) {
    const Operation& operation = program.operations[index];
    const bool names_result = makes_one_descriptor(operation) && operation.bound[0] != kNoHandle;
    return call_text(program, operation, has_several_threads(program)) +
           (names_result ? " = " + handle_text(operation.bound[0], program) : "");
}

std::string print_answer(const Operation& operation, const Program& program,
                         const Observation& answer) {
    const Result& result = answer.result;
    switch (result.kind) {
        case ResultKind::kNotRun:
            return "did not run";
        case ResultKind::kValue:
            return value_text(operation, result.value);
        case ResultKind::kDescriptor:
            if (result_type(operation) == ResultType::kPair) return "0";
            return operation.bound[0] == kNoHandle ? "fd"
                                                   : handle_text(operation.bound[0], program);
        case ResultKind::kPayload:
            return payload_text(operation, result.value);
        case ResultKind::kEvents:
            return result.value == 0
                       ? events_text(operation, answer.events)
                       : fmt::format("{} ({} ns too early)", events_text(operation, answer.events),
                                     result.value);
        case ResultKind::kError:
            return error_name(static_cast<int>(result.value));
        case ResultKind::kBlocked:
            return "blocks";
    }
    return "?";
}

}  // namespace epollcheck
