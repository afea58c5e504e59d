// Nesting limits. See nesting.h.

#include "model/eventpoll/nesting.h"

#include <algorithm>
#include <array>

namespace epollcheck {

namespace {

constexpr int kMaxNests = 4;  // EP_MAX_NESTS: edges between instances in a chain
constexpr std::array<int, kMaxNests + 1> kPathLimits = {1 << 30, 500, 100, 50, 10};  // R-A24
constexpr int kOldMaxDepthBelow = 5;  // before V-49, counted from the target only (R-A23)

int depth_below(const World& world, int instance) {
    int depth = 0;
    for_each_member(world.instances[instance].items, [&](int i) {
        const OpenFile& file = world.files[world.items[i].file];
        if (file.kind == FileKind::kEpoll) {
            depth = std::max(depth, 1 + depth_below(world, file.object));
        }
    });
    return depth;
}

int depth_above(const World& world, int instance) {
    int depth = 0;
    for_each_member(world.files[world.instances[instance].file].items, [&](int i) {
        depth = std::max(depth, 1 + depth_above(world, world.items[i].instance));
    });
    return depth;
}

/// The number of chains of the length `index` that one file may have.
int path_limit(const Transition& transition, int index) {
    const int limit = kPathLimits[static_cast<std::size_t>(index)];
    if (index == 0) {
        return transition.has(Defect::kUnwatchedInstancesLimited) ? kPathLimits.back() : limit;
    }
    return limit + (transition.has(Defect::kPathLimitOneMore) ? 1 : 0) -
           (transition.has(Defect::kPathLimitOneLess) ? 1 : 0);
}

/// Counts the chains from `file` up to instances that nobody watches, by their length.
bool exceeds_limits(Transition& transition, int file, int index,
                    std::array<int, kMaxNests + 1>& counts) {
    const World& world = transition.world;
    if (index > kMaxNests) {
        return true;
    }
    bool exceeded = false;
    ItemSet paths = world.files[file].items;
    if (transition.has(Defect::kDuplicatesAreOnePath)) {
        for_each_member(paths, [&](int i) {
            const ItemSet mates = paths & world.instances[world.items[i].instance].items;
            paths &= ~(mates & (mates - 1));  // the first one stays
        });
    }
    for_each_member(paths, [&](int i) {
        const int outer = world.instances[world.items[i].instance].file;
        if (exceeded) {
            return;
        }
        if (world.files[outer].items == 0) {
            exceeded = ++counts[static_cast<std::size_t>(index)] > path_limit(transition, index);
            const ItemSet mates = paths & world.instances[world.items[i].instance].items;
            transition.decided_by_if((mates & (mates - 1)) != 0, Rule::kA26);
        } else {
            exceeded = exceeds_limits(transition, outer, index + 1, counts);
        }
    });
    return exceeded;
}

}  // namespace

bool reaches(const World& world, int from, int target) {
    if (from == target) {
        return true;
    }
    bool found = false;
    for_each_member(world.instances[from].items, [&](int i) {
        const OpenFile& file = world.files[world.items[i].file];
        found = found || (file.kind == FileKind::kEpoll && reaches(world, file.object, target));
    });
    return found;
}

bool reaches_directly(const World& world, int from, int target) {
    bool found = from == target;
    for_each_member(world.instances[from].items, [&](int i) {
        const OpenFile& file = world.files[world.items[i].file];
        found = found || (file.kind == FileKind::kEpoll && file.object == target);
    });
    return found;
}

bool too_deep(const Transition& transition, int instance, int target) {
    const World& world = transition.world;
    if (!transition.has(VersionDifference::kV49)) {
        return depth_below(world, target) > kOldMaxDepthBelow;
    }
    const int above = transition.has(Defect::kDepthBelowOnly) ? 0 : depth_above(world, instance);
    const int most = kMaxNests + (transition.has(Defect::kDepthOneMore) ? 1 : 0) -
                     (transition.has(Defect::kDepthOneLess) ? 1 : 0);
    return depth_below(world, target) + 1 + above > most;
}

bool too_many_paths(Transition& transition, int file) {
    const World& world = transition.world;
    const OpenFile& target = world.files[file];
    if (target.kind != FileKind::kEpoll) {
        std::array<int, kMaxNests + 1> counts{};
        return exceeds_limits(transition, file, 0, counts);
    }
    bool exceeded = false;
    for_each_member(world.instances[target.object].items, [&](int i) {
        exceeded = exceeded || too_many_paths(transition, world.items[i].file);
    });
    return exceeded;
}

bool checks_paths(const Transition& transition, int instance, int file) {
    const World& world = transition.world;
    return world.files[file].kind == FileKind::kEpoll ||
           transition.has(Defect::kUnwatchedInstancesLimited) ||
           (world.files[world.instances[instance].file].items != 0 &&
            !transition.has(Defect::kPathsOfPlainFilesUnchecked));
}

}  // namespace epollcheck
