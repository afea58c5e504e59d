// Profiles: which of the version differences of section H a kernel has.
//
// A profile is a set of differences, so a kernel with backports is described as well as a release.
// Named profiles are the long-term kernels; the profile of a running kernel is found by probing
// (harness/check/probe_profile.h), never by its version string.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/rules/rule.h"

namespace epollcheck {

struct Profile {
    std::string_view name;
    std::uint64_t differences = 0;  // bit: a VersionDifference that the kernel has

    [[nodiscard]] constexpr bool has(VersionDifference difference) const {
        return (differences >> static_cast<unsigned>(difference) & 1U) != 0;
    }
    [[nodiscard]] constexpr Profile with(VersionDifference difference, bool present) const {
        const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(difference);
        return {name, present ? differences | bit : differences & ~bit};
    }

    friend bool operator==(const Profile&, const Profile&) = default;
};

/// The named profiles, oldest first. The last one is the newest kernel that the model describes.
std::span<const Profile> named_profiles();

/// The profile called `name` ("linux-6.18"), or nothing.
std::optional<Profile> profile_named(std::string_view name);

}  // namespace epollcheck
