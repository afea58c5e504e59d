// Selection: which cases of the suite run, and in which order.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/case_suite.h"

namespace epollcheck {

/// Each list that is not empty must be met by one of its members; empty lists select everything.
struct Selection {
    std::vector<std::string> ids;    // globs, or the first parts of ids: "golden/t1*", "golden"
    std::vector<std::string> tags;   // words of `tags:`
    std::vector<std::string> rules;  // ids of rules that the case cites

    [[nodiscard]] bool selects(const Header& header) const;
};

/// True if the glob `pattern` matches `id` (`*` also across slashes), or names a topic above it.
bool id_matches(const std::string& pattern, const std::string& id);

/// The cases that `selection` selects, in the order of the suite.
std::vector<const Case*> select_cases(const CaseSuite& suite, const Selection& selection);

/// Puts `cases` into an order that depends on `seed` and on nothing else, not even the platform.
void shuffle_cases(std::vector<const Case*>& cases, std::uint64_t seed);

}  // namespace epollcheck
