// Suggestions for misspelt names.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace epollcheck {

/// The least number of insertions, deletions, substitutions and swaps of neighbours that turn one
/// text into the other (optimal string alignment); capital and small letters are the same.
int edit_distance(std::string_view left, std::string_view right);

/// "did you mean 'epoll_wait'?" with the candidate that is closest to `name`, or "" if none is
/// close enough to be what was meant.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

/// The names of a range of things with a member `name`.
template <typename Range>
std::vector<std::string_view> names_of(const Range& range) {
    std::vector<std::string_view> names;
    for (const auto& element : range) names.push_back(element.name);
    return names;
}

}  // namespace epollcheck
