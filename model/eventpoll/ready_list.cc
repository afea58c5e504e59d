// The ready list. See ready_list.h.

#include "model/eventpoll/ready_list.h"

#include <algorithm>

#include "model/kinds/file.h"

namespace epollcheck {

void enqueue(Transition& transition, Item& item, bool definite, Rule cause) {
    if (item.queued == Queued::kYes) {
        transition.decided_by(Rule::kA10);
        return;
    }
    transition.decided_by(Rule::kA7);
    const std::uint32_t rank = transition.new_rank();
    // What a scan kept aside gets a rank that may be lower than that of an item maybe queued.
    const bool may_have_place = item.queued == Queued::kMaybe;
    item.earliest_rank = may_have_place ? std::min(item.earliest_rank, rank) : rank;
    item.latest_rank = may_have_place ? std::max(item.latest_rank, rank) : rank;
    item.queued = definite ? Queued::kYes : Queued::kMaybe;
    item.cause = cause;
}

void dequeue(Item& item, Rule cause) {
    item.queued = Queued::kNo;
    item.cause = cause;
    item.earliest_rank = kNoRank;
    item.latest_rank = kNoRank;
}

int first_in_order(const World& world, ItemSet candidates) {
    int first = -1;
    for_each_member(candidates, [&](int index) {
        if (first < 0 || world.items[index].latest_rank < world.items[first].latest_rank) {
            first = index;
        }
    });
    return first;
}

ItemSet queued_items(const World& world, ItemSet items) {
    ItemSet queued = 0;
    for_each_member(items, [&](int index) {
        if (world.items[index].queued != Queued::kNo) {
            queued |= ItemSet{1} << index;
        }
    });
    return queued;
}

void note_fallen_bits(Transition& transition) {
    World& world = transition.world;
    const LookGuard guard(transition, Look::kPeek);
    for_each_member(world.used_items, [&](int index) {
        Item& item = world.items[index];
        if (item.not_fallen != 0) {
            item.not_fallen &= file_mask(transition, item.file, item.events).possibly;
        }
    });
}

}  // namespace epollcheck
