// Programs by line and step.

#include "reports/numbered_program.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

std::string as_text(std::string_view program) {
    std::string text;
    for (const ProgramLine& line : numbered_program(program)) {
        text += std::to_string(line.step) + "|" + line.text + "\n";
    }
    return text;
}

TEST_CASE("lines of operations have their number, the header is left out", "[reports]") {
    CHECK(as_text("id: a/b\ntitle: T\n\n# note\n\neventfd(0, 0) = e\n# why\nclose(e) = 0\n") ==
          "0|# note\n0|\n1|eventfd(0, 0) = e\n0|# why\n2|close(e) = 0\n");
    CHECK(as_text("eventfd(0, 0) = e\n") == "1|eventfd(0, 0) = e\n");
}

TEST_CASE("a text that is no program is shown all the same", "[reports]") {
    CHECK(as_text("id: a/b\n\nfrobnicate(1)\n") == "0|frobnicate(1)\n");
    CHECK(as_text("").empty());
}

}  // namespace
}  // namespace epollcheck
