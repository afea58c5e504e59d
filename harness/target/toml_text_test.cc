// Tests of TOML text: letters beyond ASCII are refused where the library cannot take them.

#include "harness/target/toml_text.h"

#include <catch2/catch.hpp>
#include <string>

namespace epollcheck {
namespace {

/// The line that is refused, or 0.
toml::source_index refused_line(const std::string& text) {
    try {
        static_cast<void>(parse_toml(text));
        return 0;
    } catch (const toml::parse_error& error) {
        return error.source().begin.line;
    }
}

TEST_CASE("letters beyond ASCII stand in comments and strings") {
    CHECK(refused_line("# café\na = 1") == 0);
    CHECK(refused_line("a = \"café \\\" é\" # é") == 0);
    CHECK(refused_line("a = \"\"\"\nb \"\" é\n\"\"\"\nc = '''\n' # \n''' # é") == 0);
    CHECK(refused_line("\xEF\xBB\xBF# first\na = 1") == 0);
}

TEST_CASE("strings keep their letters") {
    const toml::table table = parse_toml("a = \"é х €\\t𝄞\\\\\"");
    CHECK(table["a"].value_or(std::string()) == "é х €\t𝄞\\");
}

TEST_CASE("letters beyond ASCII elsewhere are refused with their line") {
    CHECK(refused_line("a = 1\ncafé = 2") == 2);
    CHECK(refused_line("a = '''\n\n'''\nvarх = 1") == 4);
    CHECK(refused_line("a = \"\"\"\\\n\"\"\" \u00a0\n") == 2);
    CHECK(refused_line("a\xEF\xBB\xBF = 1") == 1);
    CHECK(refused_line("a = 1\004{\"\nb é") == 2);
    CHECK(refused_line("a = 1\004{\"é") == 1);
    CHECK(refused_line("\na = 'é'") == 2);
    for (const char* const wrong : {"\xC3", "\xC3\x28", "\x80", "\xF8\x88\x80\x80", "\xC0\xAF"}) {
        CHECK(refused_line("# " + std::string(wrong)) == 1);
    }
}

TEST_CASE("what the library takes for impossible is an error") {
    CHECK(refused_line("a = 1\n[[.") == 2);
}

}  // namespace
}  // namespace epollcheck
