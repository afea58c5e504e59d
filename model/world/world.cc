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

}  // namespace

const World& empty_world() {
    static const World kWorld = make_empty_world();
    return kWorld;
}

}  // namespace epollcheck
