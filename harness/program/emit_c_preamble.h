// What stands in front of the code of an emitted C file: includes, names that older headers lack,
// and the helpers that the code needs.

#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace epollcheck {

/// What the helpers leave to be filled in.
struct CPreamble {
    std::set<int> refusals;   // of `kRefusals`, those that are answers of the program: no excuse
    std::size_t handles = 0;  // that two processes have in common
    bool packets = false;     // between two calls some may be under way
};

/// Includes, definitions and helpers for `code`, which is what the file has in main.
std::string c_preamble(std::string_view code, const CPreamble& details);

/// `text` without C comments.
std::string without_c_comments(std::string_view text);

}  // namespace epollcheck
