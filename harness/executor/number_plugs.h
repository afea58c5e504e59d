// NumberPlugs: makes the descriptor numbers that a program gets predictable.
//
// All free numbers below a base are filled with duplicates of one descriptor of /dev/null, and the
// base is above everything that is open. By the lowest-free rule (open(2)) a program then gets
// base, base + 1, and so on, whatever the process around it has open.

#pragma once

#include <optional>
#include <vector>

#include "harness/executor/harness_error.h"

namespace epollcheck {

/// To be called by whoever opened or closed descriptors of this process, where they may lie among
/// the numbers that programs get: executors then choose another base before their next program.
/// They only notice by themselves when the very first number is taken.
void note_descriptor_change();

class NumberPlugs {
public:
    NumberPlugs() = default;
    /// Closes the plugs.
    ~NumberPlugs();
    NumberPlugs(const NumberPlugs&) = delete;
    NumberPlugs& operator=(const NumberPlugs&) = delete;

    /// Plugs what is free and chooses the base. To be called again when either the process closed
    /// something below the base or something is open above it. No program may be running. Lowers
    /// the soft limit of open files where slots would not fit into a result.
    std::optional<HarnessError> plug();
    /// True if note_descriptor_change() was called since the last plug().
    [[nodiscard]] bool is_outdated() const;
    /// The lowest number that a program can get.
    [[nodiscard]] int base() const { return base_; }

private:
    int base_ = 0;
    unsigned changes_ = 0;    // notes of changes before the last plug()
    std::vector<int> plugs_;  // the first one is the original, the others are its duplicates
};

}  // namespace epollcheck
