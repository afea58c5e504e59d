// The nesting check. See nesting_check.h.

#include "model/judgement/nesting_check.h"

#include <algorithm>

namespace epollcheck {

namespace {

constexpr std::size_t kMostWorlds = 32;  // followed after one operation
constexpr int kMostRuns = 1024;          // of the model in one step

}  // namespace

NestingCheck::NestingCheck(const Settings& settings)
    : settings_(settings), levels_(1), scratch_(std::make_unique<World>()) {
    levels_.front().keep(empty_world());
}

void NestingCheck::Level::keep(const World& world) {
    const auto end = worlds.begin() + static_cast<std::ptrdiff_t>(count);
    if (std::find(worlds.begin(), end, world) != end) {
        return;
    }
    if (count == kMostWorlds) {
        all = false;
        return;
    }
    if (count == worlds.size()) {
        worlds.emplace_back();
    }
    worlds[count++] = world;
}

/// Calls `visit(world)` for each world that `answer` can lead to, until it returns false. `all`
/// becomes false if there can be others.
template <class Visit>
void NestingCheck::for_each_outcome(Level& level, const Operation& operation,
                                    const Observation& answer, bool& all, Visit visit) {
    int runs = 0;
    for (std::size_t i = 0; i < level.count; ++i) {
        choices_.restart();
        do {
            *scratch_ = level.worlds[i];
            Transition transition(*scratch_, settings_, &answer, choices_, event_space_);
            const Result result = apply(transition, operation);
            if (transition.gave_up() != nullptr) {
                all = false;
            } else if (!transition.impossible() &&
                       same_answer({result, transition.events()}, answer) && !visit(*scratch_)) {
                return;
            }
            if (++runs == kMostRuns || choices_.exhausted()) {
                all = false;
                return;
            }
        } while (choices_.advance());
    }
}

NestingCheck::Verdict NestingCheck::extend(const Operation& operation, const Observation& answer) {
    if (levels_.size() == length_ + 1) {
        levels_.emplace_back();
    }
    Level& next = levels_[length_ + 1];
    next.count = 0;
    next.all = levels_[length_].all;
    bool all = true;
    for_each_outcome(levels_[length_], operation, answer, all, [&](const World& world) {
        next.keep(world);
        return next.all || next.count < kMostWorlds;
    });
    next.all = next.all && all;
    ++length_;
    return next.count > 0 ? Verdict::kAllowed : next.all ? Verdict::kForbidden : Verdict::kOpen;
}

NestingCheck::Verdict NestingCheck::ask(const Operation& operation, const Observation& answer) {
    Level& level = levels_[length_];
    bool all = level.all;
    bool allowed = false;
    for_each_outcome(level, operation, answer, all, [&](const World&) {
        allowed = true;
        return false;
    });
    return allowed ? Verdict::kAllowed : all ? Verdict::kForbidden : Verdict::kOpen;
}

}  // namespace epollcheck
