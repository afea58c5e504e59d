// Version differences: what changed about epoll from one Linux release to another.
//
// They are data for people, in versions.rules; cmake/embed_rules.py turns them into the enumeration
// and the table below. A kernel profile is the set of differences that hold in it, and an expected
// answer of a conformance case may depend on one ("= EBADF if V-45 or EINVAL if not V-45").

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace epollcheck {

/// A version difference, in the order of versions.rules: kV45 is V-45.
enum class VersionDifference : std::uint16_t {
    kNone = 0,
#define EPOLLCHECK_VERSION(name, id) k##name,
#include "model/rules/version_ids.inc"
#undef EPOLLCHECK_VERSION
};

/// What versions.rules says about one version difference.
struct VersionInfo {
    std::string_view id;       // "V-45"
    std::string_view release;  // mainline release since which it holds, "6.15"; "5.0..5.2": only
                               // there; "6.4~": not double-checked
    std::string_view text;     // its effect, on one line
};

/// The entry of `difference`; the one of kNone has an empty id and text.
const VersionInfo& version_info(VersionDifference difference);

/// The version difference called `id` ("V-45"), or nothing.
std::optional<VersionDifference> version_named(std::string_view id);

/// All version differences in order; element i is the entry of VersionDifference(i + 1).
std::span<const VersionInfo> all_versions();

}  // namespace epollcheck
