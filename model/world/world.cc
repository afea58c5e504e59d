// The empty world. See world.h.

#include "model/world/world.h"

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

const World& empty_world() {
    static const World kWorld = make_empty_world();
    return kWorld;
}

}  // namespace epollcheck
