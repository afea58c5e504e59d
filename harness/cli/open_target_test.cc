// Tests of what is said about targets that cannot be opened.

#include "harness/cli/open_target.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

TEST_CASE("the target is named once", "[cli]") {
    CHECK(about_target("native", "there is no executor") ==
          "target 'native': there is no executor");
    CHECK(about_target("native", "target 'native': it died") == "target 'native': it died");
    CHECK(about_target("native", "target 'native' ended") == "target 'native' ended");
}

}  // namespace
}  // namespace epollcheck
