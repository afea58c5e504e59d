// Tests of the readers as a fuzzer calls them: each accepts what it should read, and refuses
// hostile bytes without harm.

#include "fuzz/reader_subject.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "harness/program/random.h"

namespace epollcheck {

namespace {

std::vector<std::uint8_t> input(std::string_view reader, std::string_view text) {
    const auto names = reader_names();
    const auto found = std::ranges::find(names, reader);
    REQUIRE(found != names.end());
    std::vector<std::uint8_t> bytes{static_cast<std::uint8_t>(found - names.begin())};
    bytes.insert(bytes.end(), text.begin(), text.end());
    return bytes;
}

}  // namespace

TEST_CASE("readers survive bytes at random") {
    Random random(4);
    for (int i = 0; i < 20'000; ++i) {
        std::vector<std::uint8_t> bytes(random.below(200));
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random.next());
        }
        const auto wrong = read_hostile(bytes);
        INFO(wrong.value_or(""));
        REQUIRE_FALSE(wrong);
    }
}

TEST_CASE("a table whose name begins with a dot is an error, not an end") {
    for (const std::string_view reader : {"expectations", "description"}) {
        CHECK_FALSE(read_hostile(input(reader, "[[.")));
        CHECK_FALSE(read_hostile(input(reader, "[.a]")));
    }
}

TEST_CASE("readers survive text that was damaged") {
    const std::string texts[] = {
        "epoll_create1(0) = ep\npipe2([r, w], O_NONBLOCK) = 0\nepoll_wait(ep, 16, 0) = [7:IN] or "
        "[]\n",
        "title: t\n\nsetup:\nepoll_create1(0) = ep\noperations:\nepoll_wait(ep, 16, 0)\n",
        "[[deviation]]\ncase = \"a\"\nreason = \"b\"\n",
        "{\"type\":\"run\",\"version\":1}\n",
    };
    Random random(4);
    for (const std::string& text : texts) {
        for (const std::string_view reader : reader_names()) {
            for (int i = 0; i < 300; ++i) {
                std::string damaged = text;
                for (int j = 0; j < i % 4; ++j) {
                    damaged[random.below(static_cast<std::uint32_t>(damaged.size()))] =
                        static_cast<char>(random.below(128));
                }
                const auto wrong = read_hostile(input(reader, damaged));
                INFO(wrong.value_or("") << "\n" << damaged);
                REQUIRE_FALSE(wrong);
            }
        }
    }
}

}  // namespace epollcheck
