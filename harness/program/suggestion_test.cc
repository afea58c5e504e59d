// Suggestions: close names are found, far ones are not.

#include "harness/program/suggestion.h"

#include <array>
#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"epoll_wait", "epoll_ctl", "close", "dup"};

}  // namespace

TEST_CASE("edit_distance: insertions, deletions, substitutions and swaps cost one each") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("close", "close") == 0);
    CHECK(edit_distance("close", "CLOSE") == 0);
    CHECK(edit_distance("clse", "close") == 1);
    CHECK(edit_distance("clsoe", "close") == 1);
    CHECK(edit_distance("cloze", "close") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("did_you_mean: the closest candidate, or nothing") {
    CHECK(did_you_mean("epol_wait", kNames) == "did you mean 'epoll_wait'?");
    CHECK(did_you_mean("epoll_clt", kNames) == "did you mean 'epoll_ctl'?");
    CHECK(did_you_mean("dupp", kNames) == "did you mean 'dup'?");
    CHECK(did_you_mean("x", kNames).empty());
    CHECK(did_you_mean("socketpair", kNames).empty());
    CHECK(did_you_mean("", kNames).empty());
    CHECK(did_you_mean("close", {}).empty());
    CHECK(did_you_mean(std::string(1000, 'c'), kNames).empty());
}

}  // namespace epollcheck
