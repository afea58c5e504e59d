// Scans of a ready list. See scan.h.

#include "model/eventpoll/scan.h"

#include <utility>

#include "model/eventpoll/ready_list.h"
#include "model/kinds/elapse.h"

namespace epollcheck {

Scan::Scan(Transition& transition, int instance) : transition_(transition), instance_(instance) {
    World& world = transition.world;
    if (!transition.contract() && is_anything_under_way(world)) {
        rank_ = world.next_rank + 1;
        world.next_rank += kMaxItems;
        transition.scanned |= 1U << instance;
    }
}

void Scan::let_time_pass() {
    if (rank_ != kNoRank) {
        elapse(transition_);
    }
}

Scan::~Scan() {
    if (rank_ == kNoRank) {
        return;
    }
    let_time_pass();
    transition_.scanned &= ~(1U << instance_);
    World& world = transition_.world;
    std::swap(world.next_rank, rank_);
    int others = 0;  // items of instances that are being looked through further out
    for (int i = 0; i < transition_.kept_count; ++i) {
        const Transition::Kept kept = transition_.kept[i];
        Item& item = world.items[kept.item];
        if (item.instance != instance_) {
            transition_.kept[others++] = kept;
        } else {
            transition_.decided_by(Rule::kF14);
            enqueue(transition_, item, kept.definite, Rule::kF14);
        }
    }
    transition_.kept_count = others;
    std::swap(world.next_rank, rank_);
}

}  // namespace epollcheck
