// The empty world. See world.h.

#include "model/world/world.h"

#include <algorithm>
#include <iterator>

namespace epollcheck {

namespace {

World make_empty_world() {
    World world{};
    for (auto& handle : world.handles) {
        handle = -1;
    }
    for (auto& descriptor : world.descriptors) {
        descriptor = -1;
    }
    return world;
}

}  // namespace

bool has_open_outcomes(const World& world) {
    // Which of two inotify instances learns first of an event depends on their addresses.
    int inotifies = 0;
    for (const Inotify& inotify : world.inotifies) {
        inotifies += inotify.used ? 1 : 0;
    }
    const bool dies =
        std::any_of(std::begin(world.children), std::end(world.children), [](const Child& child) {
            return child.state == ChildState::kDying || child.state == ChildState::kEnded;
        });
    const bool due = std::any_of(
        std::begin(world.timers), std::end(world.timers),
        [](const Timer& timer) { return timer.armed && timer.expiry == Expiry::kSoon; });
    return inotifies > 1 || dies || due;
}

const World& empty_world() {
    static const World kWorld = make_empty_world();
    return kWorld;
}

}  // namespace epollcheck
