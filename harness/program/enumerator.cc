// The enumerator. See enumerator.h.

#include "harness/program/enumerator.h"

#include <algorithm>
#include <cmath>

namespace epollcheck {

namespace {

/// Enough prefixes for even shares among many machines.
constexpr int kPrefixLength = 3;

}  // namespace

Enumerator::Enumerator(const Universe& universe, int length, const Share& share)
    : share_(share),
      operations_(static_cast<OperationNumber>(universe.operations.size())),
      renamings_(renamings(universe)),
      program_(static_cast<std::size_t>(length)),
      ties_(static_cast<std::size_t>(length) + 1),
      prefix_length_(std::min(length, kPrefixLength)) {
    const auto count = renamings_.size();
    ties_[0] = count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// Puts `number` at `depth`. False if a renaming makes the beginning smaller than it is.
bool Enumerator::place(int depth, OperationNumber number) {
    const auto at = static_cast<std::size_t>(depth);
    std::uint64_t ties = ties_[at];
    for (std::size_t i = 0; i < renamings_.size(); ++i) {
        if ((ties >> i & 1U) == 0) {
            continue;
        }
        const OperationNumber renamed = renamings_[i][number];
        if (renamed < number) {
            return false;
        }
        if (renamed > number) {
            ties &= ~(std::uint64_t{1} << i);
        }
    }
    program_[at] = number;
    ties_[at + 1] = ties;
    return true;
}

/// Moves to the next program that differs at `depth` or before it.
bool Enumerator::advance(int depth) {
    const int length = static_cast<int>(program_.size());
    int number = started_ ? program_[static_cast<std::size_t>(depth)] + 1 : 0;
    first_change_ = depth;
    while (true) {
        while (number < operations_ && !place(depth, static_cast<OperationNumber>(number))) {
            ++number;
        }
        if (number >= operations_) {
            if (depth == 0) {
                return false;
            }
            --depth;
            number = program_[static_cast<std::size_t>(depth)] + 1;
            first_change_ = std::min(first_change_, depth);
            continue;
        }
        if (depth + 1 == prefix_length_) {
            prefixes_ += started_ ? 1 : 0;
            started_ = true;
            if (!in_share()) {
                ++number;
                continue;
            }
        }
        if (depth + 1 == length) {
            return true;
        }
        ++depth;
        number = 0;
    }
}

bool Enumerator::next() {
    if (resumed_) {
        resumed_ = false;
        first_change_ = 0;
        return true;
    }
    return advance(started_ ? static_cast<int>(program_.size()) - 1 : 0);
}

bool Enumerator::resume_at(std::span<const OperationNumber> program) {
    if (program.size() != program_.size()) {
        return false;
    }
    // The number of the prefix decides the share, so the prefixes before it are counted again.
    const auto prefix = program.first(static_cast<std::size_t>(prefix_length_));
    const auto reached = [&] { return std::equal(prefix.begin(), prefix.end(), program_.begin()); };
    while (!started_ || !reached()) {
        if (!advance(started_ ? prefix_length_ - 1 : 0)) {
            return false;
        }
    }
    for (std::size_t depth = 0; depth < program.size(); ++depth) {
        if (program[depth] >= operations_ || !place(static_cast<int>(depth), program[depth])) {
            return false;
        }
    }
    resumed_ = true;
    return true;
}

double Enumerator::count(const Universe& universe, int length) {
    const std::vector<Renaming> group = renamings(universe);
    double sum = 0;
    for (const Renaming& renaming : group) {
        double fixed = 0;
        for (std::size_t i = 0; i < renaming.size(); ++i) {
            fixed += renaming[i] == i ? 1 : 0;
        }
        sum += std::pow(fixed, length);
    }
    return sum / static_cast<double>(group.size());
}

}  // namespace epollcheck
