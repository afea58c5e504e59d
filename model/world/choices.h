// Choices: the nondeterminism of one step of the model.
//
// The transition is a deterministic function that now and then asks to choose one of several
// options. Running it again for every sequence of choices gives all outcomes. When an observation
// guides the run, only options that agree with it are offered, so the search hardly ever branches;
// without one, all allowed answers are enumerated, which is how they are shown to a person.

#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace epollcheck {

class Choices {
public:
    /// Forgets everything; the next run is the first.
    void restart() {
        depth_ = 0;
        length_ = 0;
    }

    /// One of `options` (a set of numbers below 64), or -1 when there is none: a dead end.
    int choose(std::uint64_t options) {
        if (options == 0) {
            return -1;
        }
        if (depth_ == length_) {
            if (length_ == kMaxDepth) {
                exhausted_ = true;
                return std::countr_zero(options);
            }
            remaining_[length_++] = options;
        }
        return std::countr_zero(remaining_[depth_++]);
    }

    /// Moves to the next sequence of choices. Returns false after the last one.
    bool advance() {
        length_ = depth_;
        while (length_ > 0) {
            std::uint64_t& last = remaining_[length_ - 1];
            last &= last - 1;
            if (last != 0) {
                depth_ = 0;
                return true;
            }
            --length_;
        }
        depth_ = 0;
        return false;
    }

    /// True if a run asked for more choices than can be kept: the outcomes are not complete.
    [[nodiscard]] bool exhausted() const { return exhausted_; }

private:
    static constexpr int kMaxDepth = 96;
    std::array<std::uint64_t, kMaxDepth> remaining_;  // untried options; the lowest is current
    int depth_ = 0;
    int length_ = 0;
    bool exhausted_ = false;
};

}  // namespace epollcheck
