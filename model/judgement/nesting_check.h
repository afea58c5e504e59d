// Nesting check: whether a looser tier allows what tier exact answers, along a path.
//
// Tiers are nested: a looser one allows more. This follows the possible worlds of one looser tier
// along the operations and exact answers of a path, level by level, so that paths with the same
// beginning share it. Unlike the judge it goes on where there are more worlds than it follows: an
// answer that one of the followed worlds can give is allowed; only that none can then says nothing.

#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "model/judgement/step.h"

namespace epollcheck {

class NestingCheck {
public:
    enum class Verdict { kAllowed, kForbidden, kOpen };

    /// `settings` has the looser tier. The path is empty.
    explicit NestingCheck(const Settings& settings);

    /// Number of operations on the path.
    [[nodiscard]] std::size_t length() const { return length_; }
    /// Drops all but the first `length` operations of the path.
    void shorten(std::size_t length) { length_ = length; }
    /// Puts an operation and its exact answer at the end of the path.
    Verdict extend(const Operation& operation, const Observation& answer);
    /// Whether the tier allows `answer` to `operation` at the end of the path.
    Verdict ask(const Operation& operation, const Observation& answer);

private:
    /// The followed worlds after one operation.
    struct Level {
        std::vector<World> worlds;  // only the first `count` are meant: room is kept
        std::size_t count = 0;
        bool all = true;  // no other world is possible

        void keep(const World& world);
    };
    template <class Visit>
    void for_each_outcome(Level& level, const Operation& operation, const Observation& answer,
                          bool& all, Visit visit);

    Settings settings_;
    std::vector<Level> levels_;  // those after the first length_ + 1 are spare
    std::size_t length_ = 0;
    std::unique_ptr<World> scratch_;
    Choices choices_;
    Event event_space_[kMaxEvents];
};

}  // namespace epollcheck
