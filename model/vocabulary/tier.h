// Tiers: how strict the judge is. What a stricter tier allows every looser tier allows too.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace epollcheck {

enum class Tier : std::uint8_t {
    kContract,  // the manual pages: every implementation of epoll
    kLinux,     // what every supported Linux does and applications rely on
    kExact,     // one kernel profile, answer by answer, order included
};
inline constexpr int kTiers = 3;

/// "contract", "linux" or "exact".
std::string_view tier_name(Tier tier);
std::optional<Tier> tier_named(std::string_view name);

}  // namespace epollcheck
