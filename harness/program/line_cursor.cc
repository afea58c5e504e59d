// The lexer: blanks, words, numbers and quoted names of one line.

#include "harness/program/line_cursor.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace epollcheck {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";
// The longest piece of a file that a message repeats, in bytes.
constexpr std::size_t kLongestQuote = 40;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_part(char c) { return is_letter(c) || is_digit(c); }

struct Digits {
    std::string_view text;
    int base;
};

Digits digits_of(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return {text.substr(2), 16};
    return {text, 10};
}

/// The value of `text`; `valid` and `fits` say why there is none.
std::uint64_t magnitude_of(std::string_view text, bool& valid, bool& fits) {
    const Digits digits = digits_of(text);
    std::uint64_t value = 0;
    const char* const end = digits.text.data() + digits.text.size();
    const auto [stop, error] = std::from_chars(digits.text.data(), end, value, digits.base);
    valid = stop == end && error != std::errc::invalid_argument;
    fits = valid && error == std::errc();
    return value;
}

}  // namespace

void LineCursor::skip_blanks() {
    while (position_ < line_.size() && kBlanks.find(line_[position_]) != std::string_view::npos) {
        ++position_;
    }
}

bool LineCursor::at_end() {
    skip_blanks();
    return position_ >= line_.size() || line_[position_] == '#';
}

char LineCursor::peek() { return at_end() ? '\0' : line_[position_]; }

int LineCursor::column() {
    skip_blanks();
    return static_cast<int>(position_) + 1;
}

bool LineCursor::accept(char wanted) {
    if (at_end() || line_[position_] != wanted) return false;
    ++position_;
    return true;
}

void LineCursor::expect(char wanted, std::string_view purpose) {
    if (accept(wanted)) return;
    fail(fmt::format("expected '{}' {}, found {}", wanted, purpose, found()));
}

std::string_view LineCursor::peek_word() {
    if (at_end() || !is_letter(line_[position_])) return {};
    std::size_t end = position_;
    while (end < line_.size() && is_word_part(line_[end])) ++end;
    return line_.substr(position_, end - position_);
}

std::string_view LineCursor::word() {
    const std::string_view text = peek_word();
    position_ += text.size();
    return text;
}

bool LineCursor::accept_word(std::string_view wanted) {
    if (peek_word() != wanted) return false;
    position_ += wanted.size();
    return true;
}

bool LineCursor::at_number() {
    const char next = peek();
    return is_digit(next) || next == '-';
}

std::string_view LineCursor::number_text() {
    if (!at_number()) fail(fmt::format("expected a number, found {}", found()));
    std::size_t end = position_ + 1;
    while (end < line_.size() && is_word_part(line_[end])) ++end;
    return line_.substr(position_, end - position_);
}

std::int64_t LineCursor::signed_number(std::int64_t smallest, std::int64_t largest) {
    const std::string_view text = number_text();
    const bool negative = text.starts_with('-');
    bool valid = false;
    bool fits = false;
    const std::uint64_t magnitude = magnitude_of(text.substr(negative ? 1 : 0), valid, fits);
    if (!valid) fail(fmt::format("{} is not a number", quoted_for_message(text)));
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
    fits = fits && (negative ? magnitude <= kLimit : magnitude < kLimit);
    // Unsigned negation wraps, which is what the smallest number needs.
    const auto value = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    if (!fits || value < smallest || value > largest) {
        fail(fmt::format("{} is out of range: a number from {} to {} can stand here",
                         quoted_for_message(text), smallest, largest));
    }
    position_ += text.size();
    return value;
}

std::uint64_t LineCursor::unsigned_number(std::uint64_t largest) {
    const std::string_view text = number_text();
    const bool negative = text.starts_with('-');
    bool valid = false;
    bool fits = false;
    const std::uint64_t value = magnitude_of(text.substr(negative ? 1 : 0), valid, fits);
    if (!valid) fail(fmt::format("{} is not a number", quoted_for_message(text)));
    if (negative || !fits || value > largest) {
        fail(fmt::format("{} is out of range: a number from 0 to {} can stand here",
                         quoted_for_message(text), largest));
    }
    position_ += text.size();
    return value;
}

std::string_view LineCursor::quoted() {
    const int opening = column();
    expect('"', "before a name");
    const std::size_t end = line_.find('"', position_);
    if (end == std::string_view::npos) fail_at(opening, "this '\"' has no second one on the line");
    const std::string_view text = line_.substr(position_, end - position_);
    position_ = end + 1;
    return text;
}

std::string_view LineCursor::item() {
    if (at_end()) return {};
    std::size_t end = position_;
    while (end < line_.size() && line_[end] != ',' && line_[end] != '#' &&
           kBlanks.find(line_[end]) == std::string_view::npos) {
        ++end;
    }
    const std::string_view text = line_.substr(position_, end - position_);
    position_ = end;
    return text;
}

std::string_view LineCursor::comment() {
    skip_blanks();
    return position_ < line_.size() ? comment_text(line_.substr(position_)) : std::string_view();
}

std::string LineCursor::found() {
    if (at_end()) return "the end of the line";
    std::size_t end = position_ + 1;
    if (is_word_part(line_[position_])) {
        while (end < line_.size() && is_word_part(line_[end])) ++end;
    }
    return quoted_for_message(line_.substr(position_, end - position_));
}

void LineCursor::fail(std::string message, std::string suggestion) {
    fail_at(column(), std::move(message), std::move(suggestion));
}

void LineCursor::fail_at(int column, std::string message, std::string suggestion) const {
    throw ParseError{.file = {},
                     .line = number_,
                     .column = column,
                     .message = std::move(message),
                     .suggestion = std::move(suggestion)};
}

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

std::string_view comment_text(std::string_view line) {
    std::string_view text = trimmed(line);
    text.remove_prefix(text.starts_with('#') ? 1 : 0);
    text.remove_prefix(text.starts_with(' ') ? 1 : 0);
    return text;
}

std::string quoted_for_message(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text.substr(0, kLongestQuote)) {
        if (c >= ' ' && c <= '~') {
            quoted += c;
        } else {
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return quoted + (text.size() > kLongestQuote ? "...'" : "'");
}

}  // namespace epollcheck
