// Tier names, both ways.

#include "model/vocabulary/tier.h"

#include <catch2/catch.hpp>

namespace epollcheck {

TEST_CASE("tier: names, from loose to strict") {
    CHECK(tier_name(Tier::kContract) == "contract");
    CHECK(tier_name(Tier::kLinux) == "linux");
    CHECK(tier_name(Tier::kExact) == "exact");
    for (int i = 0; i < kTiers; ++i) {
        const auto tier = static_cast<Tier>(i);
        CHECK(tier_named(tier_name(tier)) == tier);
    }
    CHECK_FALSE(tier_named("Exact"));
    CHECK_FALSE(tier_named(""));
}

}  // namespace epollcheck
