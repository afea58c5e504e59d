// Wake-ups. See wake.h.

#include "model/eventpoll/wake.h"

#include <algorithm>

#include "model/eventpoll/ready_list.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

/// How sure it is that a wake-up queues the items that it reaches.
enum class Force : std::uint8_t {
    kEnforced,  // the tier promises this wake-up
    kIfNews,    // it promises only that a change from not ready to ready is reported (R-C20)
    kOptional,  // it promises nothing
};

/// True if a requested bit of the item's file was not ready at some time since the item was last
/// considered and is ready now: the change that every implementation must report (R-C20).
bool became_ready(Transition& transition, const Item& item) {
    const LookGuard guard(transition, Look::kPeek);
    const MaskRange now = file_mask(transition, item.file, item.events) & item.events;
    return (now.surely & ~item.not_fallen) != 0;
}

/// Notes an item whose instance is being looked through, once: see scan.h.
void keep_aside(Transition& transition, int index, bool definite) {
    Transition::Kept* const end = transition.kept + transition.kept_count;
    Transition::Kept* const known = std::find_if(
        transition.kept, end, [&](const Transition::Kept& kept) { return kept.item == index; });
    if (known == end) {
        *end = {static_cast<std::int8_t>(index), definite};
        ++transition.kept_count;
    } else {
        known->definite = known->definite || definite;
    }
}

void fire(Transition& transition, int index, EventMask key, Rule rule, Force force) {
    Item& item = transition.world.items[index];
    if ((item.events & ~event::kPrivate) == 0) {
        transition.decided_by(Rule::kC24);
        return;
    }
    if (key != 0 && (key & item.events) == 0) {
        transition.decided_by(Rule::kA14);
        return;
    }
    transition.decided_by(rule);
    const bool definite =
        force == Force::kEnforced || (force == Force::kIfNews && became_ready(transition, item));
    if ((transition.scanned >> item.instance & 1) == 0) {
        enqueue(transition, item, definite, rule);
    } else {
        keep_aside(transition, index, definite);
    }
    wake_pollers(transition, transition.world.instances[item.instance], definite);
}

int exclusive_entries(const World& world, const WaitQueue& queue, int entry) {
    int count = 0;
    for (int i = queue.first; i >= 0; i = world.items[i].next_waiter[entry]) {
        count += (world.items[i].events & event::kExclusive) != 0 ? 1 : 0;
    }
    return count;
}

void walk(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule,
          Force force) {
    const World& world = transition.world;
    // Of several EXCLUSIVE items a loose tier promises only that one gets the event (N-10); which
    // one is open, so none of them is certain.
    const bool may_spare_exclusive =
        !transition.enforces(Rule::kC31) && exclusive_entries(world, queue, entry) > 1;
    for (int i = queue.first; i >= 0; i = world.items[i].next_waiter[entry]) {
        const bool exclusive = (world.items[i].events & event::kExclusive) != 0;
        if (exclusive) {
            transition.decided_by(Rule::kC31);
        }
        if (exclusive && may_spare_exclusive) {
            enqueue(transition, transition.world.items[i], false, Rule::kC30);
            wake_pollers(transition, world.instances[world.items[i].instance], false);
        } else {
            fire(transition, i, key, rule, force);
        }
    }
}

}  // namespace

void wake(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule) {
    if (queue.first < 0) {
        return;
    }
    transition.start_rank_group();
    walk(transition, queue, entry, key, rule,
         transition.enforces(rule) ? Force::kEnforced : Force::kIfNews);
}

void wake_perhaps(Transition& transition, const WaitQueue& queue, int entry, EventMask key,
                  Rule rule) {
    if (queue.first < 0 || transition.enforces(rule)) {
        return;
    }
    transition.start_rank_group();
    walk(transition, queue, entry, key, rule, Force::kOptional);
}

void wake_pollers(Transition& transition, const Instance& instance, bool definite) {
    if (instance.pollers.first < 0) {
        return;
    }
    transition.decided_by(Rule::kC40);
    const Force promised = transition.enforces(Rule::kC42) ? Force::kEnforced : Force::kIfNews;
    walk(transition, instance.pollers, 0, event::kIn, Rule::kC42,
         definite ? promised : Force::kOptional);
}

void attach(World& world, WaitQueue& queue, int entry, int item) {
    Item& added = world.items[item];
    if ((added.events & event::kExclusive) == 0) {
        added.next_waiter[entry] = queue.first;
        queue.first = static_cast<std::int8_t>(item);
        return;
    }
    std::int8_t* link = &queue.first;
    while (*link >= 0) {
        link = &world.items[*link].next_waiter[entry];
    }
    *link = static_cast<std::int8_t>(item);
    added.next_waiter[entry] = -1;
}

void detach(World& world, WaitQueue& queue, int entry, int item) {
    for (std::int8_t* link = &queue.first; *link >= 0;
         link = &world.items[*link].next_waiter[entry]) {
        if (*link == item) {
            *link = world.items[item].next_waiter[entry];
            return;
        }
    }
}

}  // namespace epollcheck
