// A cursor over one line of program text: the lexer of the parser.
//
// The grammar has no construct that spans lines, so a line is all the context that a token needs.
// Every function skips blanks first. A `#` outside quotes ends the line: what follows is a comment.
// Errors are thrown as ParseError with line and column; the caller of the parser adds the file.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/program/parse_error.h"

namespace epollcheck {

class LineCursor {
public:
    /// `line` must outlive the cursor; `number` counts from 1.
    LineCursor(std::string_view line, int number) : line_(line), number_(number) {}

    /// True if nothing but a comment is left.
    [[nodiscard]] bool at_end();
    /// The next character, or '\0' at the end.
    [[nodiscard]] char peek();
    /// Column of the next character, from 1.
    [[nodiscard]] int column();

    /// Consumes `wanted` if it is next.
    bool accept(char wanted);
    /// Consumes `wanted`, or fails with "expected ... <purpose>, found ...".
    void expect(char wanted, std::string_view purpose);

    /// The next word of letters, digits and underscores that begins with a letter or an underscore;
    /// empty if something else is next.
    [[nodiscard]] std::string_view peek_word();
    /// The same, consumed.
    std::string_view word();
    /// Consumes `wanted` if it is the next word.
    bool accept_word(std::string_view wanted);
    /// True if a number is next: a digit, or a sign.
    [[nodiscard]] bool at_number();

    /// A decimal or hexadecimal (0x...) number within the limits, both included.
    std::int64_t signed_number(std::int64_t smallest, std::int64_t largest);
    std::uint64_t unsigned_number(std::uint64_t largest);
    /// The inside of "...".
    std::string_view quoted();
    /// Everything up to the next blank, `,` or comment, consumed.
    std::string_view item();
    /// The text of the comment at the end of the line, or "". Only at the end.
    [[nodiscard]] std::string_view comment();

    /// What is next, for messages: "'x)'" or "the end of the line".
    [[nodiscard]] std::string found();
    /// Fails at the next character, or at `column`.
    [[noreturn]] void fail(std::string message, std::string suggestion = "");
    [[noreturn]] void fail_at(int column, std::string message, std::string suggestion = "") const;

private:
    void skip_blanks();
    std::string_view number_text();

    std::string_view line_;
    int number_;
    std::size_t position_ = 0;
};

/// `line` without blanks at both ends.
std::string_view trimmed(std::string_view line);
/// The text of a comment: what follows the `#` and one optional blank.
std::string_view comment_text(std::string_view line);
/// `text` in quotes, shortened, with bytes that are not printable ASCII as \xNN.
std::string quoted_for_message(std::string_view text);

}  // namespace epollcheck
