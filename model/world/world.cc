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
    for (SlotTable& table : world.tables) {
        std::fill(std::begin(table.files), std::end(table.files), std::int8_t{-1});
    }
    std::fill(std::begin(world.table_of), std::end(world.table_of), std::int8_t{-1});
    world.table_of[0] = 0;
    return world;
}

/// True if an end of a TCP connection is watched: packets that are handed on late change the order
/// in which the ends are woken, and windows decide how often.
bool has_watched_connection(const World& world) {
    for (const InetSocket& socket : world.inet_sockets) {
        if (socket.waiters.first >= 0 && socket.peer >= 0) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool has_open_outcomes(const World& world) {
    if (!world.has_company) {
        return false;
    }
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
    // What is written to a terminal arrives before the end of the call, or after it.
    const bool talks = std::any_of(std::begin(world.terminals), std::end(world.terminals),
                                   [](const Terminal& terminal) { return terminal.used; });
    return inotifies > 1 || dies || due || talks || has_watched_connection(world);
}

const World& empty_world() {
    static const World kWorld = make_empty_world();
    return kWorld;
}

}  // namespace epollcheck
