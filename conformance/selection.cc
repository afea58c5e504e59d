// Selection of cases. See selection.h.

#include "conformance/selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "harness/program/random.h"

namespace epollcheck {

namespace {

bool any_in(const std::vector<std::string>& wanted, const std::vector<std::string>& present) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const auto& word) {
               return std::find(present.begin(), present.end(), word) != present.end();
           });
}

}  // namespace

bool id_matches(const std::string& pattern, const std::string& id) {
    const bool above = id.size() > pattern.size() && id.starts_with(pattern) &&
                       (id[pattern.size()] == '/' || pattern.ends_with('/'));
    return above || fnmatch(pattern.c_str(), id.c_str(), 0) == 0;
}

bool Selection::selects(const Header& header) const {
    const bool id_selected =
        ids.empty() || std::any_of(ids.begin(), ids.end(), [&](const std::string& pattern) {
            return id_matches(pattern, header.id);
        });
    return id_selected && any_in(tags, header.tags) && any_in(rules, header.rules);
}

std::vector<const Case*> select_cases(const CaseSuite& suite, const Selection& selection) {
    std::vector<const Case*> selected;
    for (const Case& test_case : suite) {
        if (selection.selects(test_case.program.header)) {
            selected.push_back(&test_case);
        }
    }
    return selected;
}

void shuffle_cases(std::vector<const Case*>& cases, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t left = cases.size(); left > 1; --left) {
        std::swap(cases[left - 1], cases[random.below(static_cast<std::uint32_t>(left))]);
    }
}

}  // namespace epollcheck
