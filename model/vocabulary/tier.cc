// Names of tiers, as they stand in programs, on the command line and in reports.

#include "model/vocabulary/tier.h"

#include <array>

namespace epollcheck {
namespace {

constexpr std::array<std::string_view, kTiers> kTierNames = {"contract", "linux", "exact"};

}  // namespace

std::string_view tier_name(Tier tier) { return kTierNames[static_cast<std::size_t>(tier)]; }

std::optional<Tier> tier_named(std::string_view name) {
    for (std::size_t i = 0; i < kTierNames.size(); ++i) {
        if (kTierNames[i] == name) return static_cast<Tier>(i);
    }
    return std::nullopt;
}

}  // namespace epollcheck
