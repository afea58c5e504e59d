// The lexer: tokens, limits of numbers, columns of errors.

#include "harness/program/line_cursor.h"

#include <catch2/catch.hpp>
#include <limits>

namespace epollcheck {
namespace {

constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kLargestUnsigned = std::numeric_limits<std::uint64_t>::max();

template <typename Action>
ParseError error_of(std::string_view line, Action action) {
    LineCursor cursor(line, 7);
    try {
        action(cursor);
    } catch (const ParseError& error) {
        return error;
    }
    FAIL("no error for: " << line);
    return {};
}

}  // namespace

TEST_CASE("LineCursor: words, characters and the comment") {
    LineCursor cursor("  dup( e1 )\t=d # why  ", 1);
    CHECK(cursor.column() == 3);
    CHECK(cursor.peek_word() == "dup");
    CHECK_FALSE(cursor.accept_word("du"));
    CHECK(cursor.word() == "dup");
    CHECK(cursor.accept('('));
    CHECK(cursor.word() == "e1");
    CHECK_FALSE(cursor.accept(','));
    cursor.expect(')', "at the end");
    CHECK(cursor.accept('='));
    CHECK(cursor.word() == "d");
    CHECK(cursor.at_end());
    CHECK(cursor.peek() == '\0');
    CHECK(cursor.word().empty());
    CHECK(cursor.comment() == "why");
}

TEST_CASE("LineCursor: numbers within and beyond their limits") {
    const auto signed_of = [](std::string_view text) {
        return LineCursor(text, 1).signed_number(kSmallest, kLargest);
    };
    const auto unsigned_of = [](std::string_view text) {
        return LineCursor(text, 1).unsigned_number(kLargestUnsigned);
    };
    CHECK(signed_of("0") == 0);
    CHECK(signed_of("-1") == -1);
    CHECK(signed_of("-0x10") == -16);
    CHECK(signed_of("9223372036854775807") == kLargest);
    CHECK(signed_of("-9223372036854775808") == kSmallest);
    CHECK(unsigned_of("18446744073709551615") == kLargestUnsigned);
    CHECK(unsigned_of("0XfF") == 255);

    const auto read_signed = [](LineCursor& cursor) { cursor.signed_number(-5, 5); };
    CHECK(error_of("  6", read_signed).column == 3);
    CHECK(error_of("6", read_signed).message ==
          "'6' is out of range: a number from -5 to 5 can stand here");
    CHECK(error_of("-6", read_signed).line == 7);
    CHECK(error_of("9223372036854775808", read_signed).message.find("out of range") !=
          std::string::npos);
    CHECK(error_of("99999999999999999999999", read_signed).message.find("out of range") !=
          std::string::npos);
    for (const char* wrong : {"-", "0x", "1a", "0xg", "--1", "1_000", "-x"}) {
        CAPTURE(wrong);
        CHECK(error_of(wrong, read_signed).message.find("is not a number") != std::string::npos);
    }
    for (const char* wrong : {"", "x", "+1", "# 1"}) {
        CAPTURE(wrong);
        CHECK(error_of(wrong, read_signed).message.find("expected a number") != std::string::npos);
    }
    const auto read_unsigned = [](LineCursor& cursor) { cursor.unsigned_number(10); };
    CHECK(error_of("11", read_unsigned).message ==
          "'11' is out of range: a number from 0 to 10 can stand here");
    CHECK(error_of("-1", read_unsigned).message.find("out of range") != std::string::npos);
    CHECK(error_of("18446744073709551616", read_unsigned).message.find("out of range") !=
          std::string::npos);
}

TEST_CASE("LineCursor: quotes may hold anything but a quote") {
    LineCursor cursor(" \"a #b\"# c", 1);
    CHECK(cursor.quoted() == "a #b");
    CHECK(cursor.comment() == "c");
    const auto error = error_of("  \"open", [](LineCursor& at) { at.quoted(); });
    CHECK(error.column == 3);
}

TEST_CASE("comment_text: without the mark, one blank and the end") {
    CHECK(comment_text("#") == "");
    CHECK(comment_text("#x") == "x");
    CHECK(comment_text("# x") == "x");
    CHECK(comment_text("  #   x \r") == "  x");
    CHECK(comment_text("##") == "#");
}

TEST_CASE("quoted_for_message: hostile bytes and long texts are tamed") {
    CHECK(quoted_for_message("ab") == "'ab'");
    CHECK(quoted_for_message("\x1b[31m\xff") == "'\\x1b[31m\\xff'");
    CHECK(quoted_for_message(std::string(1000, 'a')).size() < 60);
}

}  // namespace epollcheck
