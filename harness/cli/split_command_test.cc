// Tests of the words of a command. See split_command.h.

#include "harness/cli/split_command.h"

#include <catch2/catch.hpp>

namespace epollcheck {

using Words = std::vector<std::string>;

TEST_CASE("a command is split at blanks that no quote keeps") {
    REQUIRE(std::get<Words>(split_command("  ssh  host\t./executor ")) ==
            Words{"ssh", "host", "./executor"});
    REQUIRE(std::get<Words>(split_command(R"(a 'b c' "d 'e'" f\ g '' h"i"j)")) ==
            Words{"a", "b c", "d 'e'", "f g", "", "hij"});
    REQUIRE(std::get<Words>(split_command(R"(a '\' "\"")")) == Words{"a", "\\", "\""});
}

TEST_CASE("a command without a word or with half a quote is refused") {
    REQUIRE(std::get<std::string>(split_command("  ")) == "it names no command");
    REQUIRE(std::get<std::string>(split_command("'' x")) == "it names no command");
    REQUIRE(std::get<std::string>(split_command("a 'b")) == "a ' has no end in: a 'b");
}

}  // namespace epollcheck
