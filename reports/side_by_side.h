// Side by side: one program across several targets, for people.
//
// Operations are rows and targets columns. A row is marked where the targets do not answer alike or
// where an answer is forbidden, and below it stands what the model allows there.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace epollcheck {

/// One target of the comparison.
struct ComparedTarget {
    std::string name;
    std::string about;                 // kernel, profile and tier, in one line
    std::string outcome;               // "conforms", or what is wrong, in one line
    bool good = false;                 // the colour of `outcome`
    std::vector<std::string> answers;  // per operation; fewer if the run ended before
    /// What the model allows per operation, given the answers of this target before it; fewer where
    /// it cannot follow any more.
    std::vector<std::vector<std::string>> allowed;
    std::size_t forbidden_step =
        0;              // number of the first operation whose answer is forbidden, or 0
    std::string rules;  // those that forbid it, "R-C13 R-C14"
};

struct SideBySide {
    std::string title;                    // may be empty
    std::vector<std::string> operations;  // as text
    std::vector<ComparedTarget> targets;
};

/// True if the targets do not answer the operation at `index` alike, or one gives an answer that is
/// forbidden.
bool differs_at(const SideBySide& comparison, std::size_t index);

/// The table, about `width` columns wide; cells that are too long are continued on further lines.
std::string side_by_side_text(const SideBySide& comparison, std::size_t width, bool colour);

}  // namespace epollcheck
