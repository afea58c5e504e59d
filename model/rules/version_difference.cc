// The table of version differences and the look-ups in it. See version_difference.h.

#include "model/rules/version_difference.h"

#include <algorithm>
#include <cstddef>

namespace epollcheck {

namespace {

constexpr VersionInfo kTable[] = {
    {"", "", ""},  // kNone
#include "model/rules/version_table.inc"
};

}  // namespace

const VersionInfo& version_info(VersionDifference difference) {
    return kTable[static_cast<std::size_t>(difference)];
}

std::span<const VersionInfo> all_versions() { return std::span(kTable).subspan(1); }

std::optional<VersionDifference> version_named(std::string_view id) {
    const std::span<const VersionInfo> versions = all_versions();
    const auto found = std::ranges::find(versions, id, &VersionInfo::id);
    if (found == versions.end()) {
        return std::nullopt;
    }
    return static_cast<VersionDifference>(found - versions.begin() + 1);
}

}  // namespace epollcheck
