// Canary table: how soon each seeded defect was found, as it is printed and kept, so that a change
// that makes the fuzzer worse is seen when a later table is compared.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace epollcheck {

/// What became of the hunt for one defect.
struct CanaryResult {
    std::string id;  // "D-07", or "T-07" of a defect that only shows when threads meet
    std::string name;
    bool found = false;
    std::uint64_t programs = 0;
    double seconds = 0;
    std::string cause = {};  // of what was found
    bool is_random = false;  // threads meet as they like: only whether it is found can be compared
};

/// The line above the rows.
std::string canary_heading();
/// One row.
std::string canary_row(const CanaryResult& result);

/// Programs by the names of defects, from a table that was kept; 0 where one was not found.
std::map<std::string, std::uint64_t> read_canary_table(const std::string& text);

/// The results that are so much worse than in an earlier table that chance is no explanation: a
/// line for each.
std::string worse_canaries(std::span<const CanaryResult> results,
                           const std::map<std::string, std::uint64_t>& earlier);

}  // namespace epollcheck
