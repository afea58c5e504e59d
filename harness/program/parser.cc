// The lines of a program: which is a header, a comment or an operation, and to what a comment
// belongs.

#include "harness/program/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "harness/program/answer_parser.h"
#include "harness/program/argument_parser.h"
#include "harness/program/handle_names.h"
#include "harness/program/header_parser.h"
#include "harness/program/line_cursor.h"
#include "harness/program/suggestion.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

class ProgramParser {
public:
    void parse_line(std::string_view line, int number);
    Program finish();

private:
    void parse_operation(std::string_view line, int number);
    static void parse_actor(LineCursor& cursor, Operation& operation);
    static OperationKind parse_kind(LineCursor& cursor);
    void comments_become_notes();

    Program program_;
    HandleNames handles_{program_.handles};
    HeaderParser header_;
    std::vector<std::string> comments_;  // comment lines that belong to what comes next
};

void ProgramParser::comments_become_notes() {
    std::ranges::move(comments_, std::back_inserter(program_.header.notes));
    comments_.clear();
}

void ProgramParser::parse_line(std::string_view line, int number) {
    const std::string_view content = trimmed(line);
    const bool is_before_operations = program_.operations.empty();
    if (content.empty()) {
        if (is_before_operations) comments_become_notes();
    } else if (content.starts_with('#')) {
        comments_.emplace_back(comment_text(content));
    } else if (!is_header_line(line)) {
        parse_operation(line, number);
    } else if (is_before_operations) {
        comments_become_notes();
        header_.parse_line(line, number, program_.header);
    } else {
        LineCursor(line, number)
            .fail("a header line stands after an operation", "move it before the first operation");
    }
}

/// Who runs the operation: `T2: ` or `P2: ` before its name.
void ProgramParser::parse_actor(LineCursor& cursor, Operation& operation) {
    const std::string_view word = cursor.peek_word();
    LineCursor ahead = cursor;
    ahead.word();
    if (word.empty() || !ahead.accept(':')) return;
    const int column = cursor.column();
    const bool is_process = word[0] == 'P';
    const int most = is_process ? kMaxProcesses : kMaxThreads;
    int number = 0;  // stays 0, which nobody has, if the digits are too many
    std::from_chars(word.data() + 1, word.data() + word.size(), number);
    if (number < 1 || number > most) {
        cursor.fail_at(
            column, fmt::format("no thread or process is called {}", quoted_for_message(word)),
            fmt::format("threads are T1 to T{}, processes P1 to P{}", kMaxThreads, kMaxProcesses));
    }
    cursor = ahead;
    (is_process ? operation.process : operation.thread) = static_cast<std::uint8_t>(number - 1);
}

OperationKind ProgramParser::parse_kind(LineCursor& cursor) {
    const std::string_view name = cursor.peek_word();
    if (name.empty()) cursor.fail(fmt::format("expected an operation, found {}", cursor.found()));
    const OperationSpec* spec = operation_named(name);
    if (spec == nullptr) {
        cursor.fail(fmt::format("unknown operation {}", quoted_for_message(name)),
                    did_you_mean(name, names_of(operation_table())));
    }
    cursor.word();
    return spec->kind;
}

void ProgramParser::parse_operation(std::string_view line, int number) {
    LineCursor cursor(line, number);
    if (program_.operations.size() >= kMaxOperations) {
        cursor.fail(
            fmt::format("a program can have {} operations, and this is one more", kMaxOperations));
    }
    Operation operation;
    Annotation annotation;
    const int actor_column = cursor.column();
    parse_actor(cursor, operation);
    const bool names_actor = cursor.column() != actor_column;
    operation.kind = parse_kind(cursor);
    if (names_actor && operation.kind == OperationKind::kBarrier) {
        cursor.fail_at(actor_column, "a barrier belongs to all threads",
                       "write it without a name before it");
    }
    if (operation.kind != OperationKind::kBarrier) parse_arguments(cursor, handles_, operation);
    const bool replaces =
        operation.kind == OperationKind::kDup2 || operation.kind == OperationKind::kDup3;
    // The handle that holds the number keeps holding it, whether or not the call succeeds.
    if (replaces) operation.bound[0] = operation.other_fd.handle;
    if (cursor.accept('=')) parse_answers(cursor, handles_, operation, annotation.expected);
    if (!cursor.at_end()) {
        cursor.fail(fmt::format("expected the end of the line, found {}", cursor.found()),
                    "answers are separated by 'or'; a comment begins with '#'");
    }
    annotation.comments_above = std::exchange(comments_, {});
    annotation.comment = cursor.comment();
    annotation.line = number;
    program_.operations.push_back(operation);
    program_.annotations.push_back(std::move(annotation));
}

Program ProgramParser::finish() {
    if (program_.operations.empty()) {
        comments_become_notes();
    } else {
        program_.closing_comments = std::move(comments_);
    }
    return std::move(program_);
}

Program parse_lines(std::string_view text) {
    ProgramParser parser;
    int number = 1;
    std::size_t position = 0;
    while (position < text.size()) {
        const std::size_t end = std::min(text.find('\n', position), text.size());
        const std::string_view line = text.substr(position, end - position);
        if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
            throw ParseError{.file = {},
                             .line = number,
                             .column = static_cast<int>(nul) + 1,
                             .message = "a NUL byte: this is no text",
                             .suggestion = ""};
        }
        parser.parse_line(line, number);
        position = end + 1;
        ++number;
    }
    return parser.finish();
}

}  // namespace

std::variant<Program, ParseError> parse_program(std::string_view text, std::string_view file_name) {
    try {
        if (text.size() > kMaxProgramBytes) {
            throw ParseError{.file = {},
                             .line = 0,
                             .column = 0,
                             .message = fmt::format("too large for a program: more than {} bytes",
                                                    kMaxProgramBytes),
                             .suggestion = ""};
        }
        return parse_lines(text);
    } catch (ParseError& error) {
        error.file = file_name;
        return std::move(error);
    }
}

}  // namespace epollcheck
