// Scans of a ready list. See scan.h.

#include "model/eventpoll/scan.h"

#include <utility>

#include "model/eventpoll/ready_list.h"
#include "model/kinds/elapse.h"

namespace epollcheck {

void begin_scan(Transition& transition, int instance, ScanState& scan) {
    World& world = transition.world;
    scan.instance = static_cast<std::int8_t>(instance);
    const bool overlaps = transition.concurrent != nullptr || is_anything_under_way(world);
    if (!transition.contract() && overlaps) {
        scan.rank = world.next_rank + 1;
        world.next_rank += kMaxItems;
        transition.scans.scanned |= 1U << instance;
    }
}

void let_time_pass(Transition& transition, const ScanState& scan) {
    if (scan.rank != kNoRank) {
        elapse(transition);
    }
}

void end_scan(Transition& transition, ScanState& scan) {
    if (scan.rank == kNoRank) {
        return;
    }
    let_time_pass(transition, scan);
    Scans& scans = transition.scans;
    scans.scanned &= ~(1U << scan.instance);
    World& world = transition.world;
    std::swap(world.next_rank, scan.rank);
    int others = 0;  // items of instances that are being looked through further out
    for (int i = 0; i < scans.kept_count; ++i) {
        const Scans::Kept kept = scans.kept[i];
        Item& item = world.items[kept.item];
        if (item.instance != scan.instance) {
            scans.kept[others++] = kept;
        } else {
            transition.decided_by(Rule::kF14);
            enqueue(transition, item, kept.definite, Rule::kF14);
        }
    }
    scans.kept_count = others;
    std::swap(world.next_rank, scan.rank);
    scan.rank = kNoRank;
}

}  // namespace epollcheck
