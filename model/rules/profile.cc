// The named profiles as a table: the differences that became part of each long-term kernel.

#include "model/rules/profile.h"

namespace epollcheck {

namespace {

constexpr std::uint64_t up_to(VersionDifference last) {
    return (std::uint64_t{2} << static_cast<unsigned>(last)) - 1;
}
constexpr std::uint64_t also(VersionDifference difference) {
    return std::uint64_t{1} << static_cast<unsigned>(difference);
}

using V = VersionDifference;

// Before 5.5 nested wake-ups and pipes worked differently (V-26, V-29); the model does not know
// that. Release numbers are those of the first release of a series; late stable releases carry more
// (V-49 is in 6.1.148, for example), which is why a running kernel is probed and not looked up.
constexpr Profile kProfiles[] = {
    {"linux-5.10", up_to(V::kV27) | also(V::kV29) | also(V::kV30) | also(V::kV32)},
    {"linux-5.15", up_to(V::kV36)},
    {"linux-6.1", up_to(V::kV37)},
    {"linux-6.6", up_to(V::kV39)},
    {"linux-6.12", up_to(V::kV43)},
    {"linux-6.18", up_to(V::kV49) | also(V::kV53) | also(V::kV54) | also(V::kV55)},
};

}  // namespace

std::span<const Profile> named_profiles() { return kProfiles; }

std::optional<Profile> profile_named(std::string_view name) {
    for (const Profile& profile : kProfiles) {
        if (profile.name == name) {
            return profile;
        }
    }
    return std::nullopt;
}

}  // namespace epollcheck
