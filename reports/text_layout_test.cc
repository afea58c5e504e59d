// Wrapping and colours.

#include "reports/text_layout.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

TEST_CASE("text is broken between words", "[reports]") {
    CHECK(wrap("one two three", "- ", "  ", 9) == "- one two\n  three\n");
    CHECK(wrap("one two three", "", "", 100) == "one two three\n");
    CHECK(wrap("", "- ", "  ", 9) == "- \n");
}

TEST_CASE("a word that is too long stands alone", "[reports]") {
    CHECK(wrap("a incomprehensibilities b", "", " ", 5) == "a\n incomprehensibilities\n b\n");
}

TEST_CASE("blanks inside a line stay", "[reports]") {
    CHECK(wrap("R-C1     text of it", "", "  ", 14) == "R-C1     text\n  of it\n");
}

TEST_CASE("colours are only added when wanted", "[reports]") {
    CHECK(Paint(false).bad("no") == "no");
    CHECK(Paint(true).bad("no") == "\x1b[31mno\x1b[0m");
    CHECK(Paint(false).status(CaseStatus::kInconclusive) == "INCONCLUSIVE");
}

}  // namespace
}  // namespace epollcheck
