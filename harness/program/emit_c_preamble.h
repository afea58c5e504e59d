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
    int threads = 0;          // 0: the program has none of its own
    int sections = 0;         // that they have
    int calls = 0;            // of all threads
    int events = 0;           // that an answer has room for
    int descriptors = 0;      // that the program has open at most
    bool ordered = false;     // which calls overlapped counts
};

/// Includes, definitions and helpers for `code`, which is what the file has in main.
std::string c_preamble(std::string_view code, const CPreamble& details);

/// `text` without C comments.
std::string without_c_comments(std::string_view text);

}  // namespace epollcheck
