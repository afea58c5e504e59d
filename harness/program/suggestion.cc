// Edit distance by dynamic programming over three rows; names are short, so nothing cleverer pays.

#include "harness/program/suggestion.h"

#include <fmt/format.h>

#include <algorithm>

namespace epollcheck {
namespace {

// Longer words than any name of ours are not misspelt names; this bounds the work on hostile input.
constexpr std::size_t kLongestName = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

int edit_distance(std::string_view left, std::string_view right) {
    std::vector<int> before_last(right.size() + 1);
    std::vector<int> last(right.size() + 1);
    std::vector<int> row(right.size() + 1);
    for (std::size_t j = 0; j <= right.size(); ++j) row[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= left.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const bool same = lower(left[i - 1]) == lower(right[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) &&
                                 lower(left[i - 2]) == lower(right[j - 1]);
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[right.size()];
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.empty() || name.size() > kLongestName) return "";
    std::string_view closest;
    // A third of the letters may be wrong; beyond that a suggestion is more noise than help.
    int least = static_cast<int>(std::max<std::size_t>(name.size() / 3, 1)) + 1;
    for (const std::string_view candidate : candidates) {
        const int distance = edit_distance(name, candidate);
        if (distance >= least) continue;
        least = distance;
        closest = candidate;
    }
    return closest.empty() ? "" : fmt::format("did you mean '{}'?", closest);
}

}  // namespace epollcheck
