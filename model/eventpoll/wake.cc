// Wake-ups. See wake.h.

#include "model/eventpoll/wake.h"

#include <algorithm>
#include <cstddef>

#include "model/eventpoll/ready_list.h"
#include "model/kinds/file.h"
#include "model/kinds/ring_work.h"

namespace epollcheck {

namespace {

using Force = WakeForce;

/// True if a requested bit of the item's file was not ready at some time since the item was last
/// considered and is ready now: the change that every implementation must report (R-C20).
bool became_ready(Transition& transition, const Item& item) {
    const LookGuard guard(transition, Look::kPeek);
    const MaskRange now = file_mask(transition, item.file, item.events) & item.events;
    return (now.surely & ~item.not_fallen) != 0;
}

/// True if a wake with `key` concerns an item with the interest `events` (R-A14, R-A15).
bool hears(Transition& transition, EventMask events, EventMask key) {
    if (transition.has(Defect::kKeyMissesErrHup)) {
        events &= ~event::kAlways;
    }
    if (transition.has(Defect::kDisabledItemHears) && (events & ~event::kPrivate) == 0) {
        return true;
    }
    transition.decided_by_if((key & events & event::kAlways) != 0, Rule::kA15);
    if (key == 0) {
        return !transition.has(Defect::kZeroKeyMatchesNothing);
    }
    return (key & events) != 0 || transition.has(Defect::kKeyIgnored);
}

/// What defects make of the item that was woken. `old` is the item before. True if its watchers
/// are to be left alone.
bool corrupt_woken(Transition& transition, Item& item, const Item& old) {
    const bool was_queued = old.queued == Queued::kYes;
    if (transition.has(Defect::kWakeMovesToTail) && was_queued) {
        dequeue(item, old.cause);
        enqueue(transition, item, true, old.cause);
    }
    if (transition.has(Defect::kStaleMask) && !was_queued) {
        const LookGuard guard(transition, Look::kPeek);
        item.not_fallen = file_mask(transition, item.file, item.events).surely & item.events;
    }
    if (transition.has(Defect::kWakesAreCounted) && was_queued) {
        item.not_fallen |= event::kEdge;  // a mark: one more report
    }
    return transition.has(Defect::kInnerWakesNotForwarded) ||
           (transition.has(Defect::kOuterWokenOnce) && was_queued);
}

/// Notes an item whose instance is being looked through, once: see scan.h.
void keep_aside(Transition& transition, int index, bool definite) {
    Scans& scans = transition.scans;
    Scans::Kept* const end = scans.kept + scans.kept_count;
    Scans::Kept* const known =
        std::find_if(scans.kept, end, [&](const Scans::Kept& kept) { return kept.item == index; });
    if (known == end) {
        *end = {static_cast<std::int8_t>(index), definite};
        ++scans.kept_count;
    } else {
        known->definite = known->definite || definite;
    }
}

/// True if a thread that waits was woken for it, so that other EXCLUSIVE items are spared (R-C31).
bool wake_waiter_of(Transition& transition, const Item& item, EventMask key) {
    if (!wake_waiter(transition, item.instance)) {
        return false;
    }
    constexpr EventMask kInOut = event::kIn | event::kOut;
    const EventMask asked = key & kInOut;
    if (key == 0) {
        return transition.choose(0b11) == 1;  // such a wake-up may be meant for all
    }
    return asked == 0 || (asked != kInOut && (asked & item.events) != 0);
}

/// Queues an item, unless the wake-up does not concern it. True if this uses up a wake-up that is
/// meant for one.
bool fire(Transition& transition, int index, EventMask key, Rule rule, Force force) {
    Item& item = transition.world.items[index];
    if ((item.events & ~event::kPrivate) == 0 && !transition.has(Defect::kDisabledItemHears)) {
        transition.decided_by(Rule::kC24);
        return false;
    }
    const bool hears_key = hears(transition, item.events, key);
    if (!hears_key &&
        !(transition.contract() && hears(transition, item.events, with_equivalents(key)))) {
        const OpenFile& file = transition.world.files[item.file];
        transition.decided_by(file.kind == FileKind::kEpoll ? Rule::kC36 : Rule::kA14);
        return false;
    }
    transition.decided_by(rule);
    transition.decided_by(Rule::kA14);
    transition.decided_by_if(item.queued == Queued::kYes && (item.events & event::kEdge) != 0,
                             Rule::kC18);
    const bool definite =
        hears_key &&
        (force == Force::kEnforced || (force == Force::kIfNews && became_ready(transition, item)));
    const Item before = transition.sound() ? Item{} : item;
    if ((transition.scans.scanned >> item.instance & 1) == 0) {
        enqueue(transition, item, definite, rule);
    } else {
        keep_aside(transition, index, definite);
    }
    const bool used = wake_waiter_of(transition, item, key);
    if (transition.sound() || !corrupt_woken(transition, item, before)) {
        wake_pollers(transition, transition.world.instances[item.instance], definite, key);
    }
    return used;
}

/// Of several EXCLUSIVE items a loose tier promises only that one gets the event (N-10); which one
/// is open, so none of them is certain.
bool may_spare_exclusive(const Transition& transition, const WaitQueue& queue, int entry) {
    const World& world = transition.world;
    int count = 0;
    for (int i = queue.first; i >= 0; i = world.items[i].next_waiter[entry]) {
        count += (world.items[i].events & event::kExclusive) != 0 ? 1 : 0;
    }
    return !transition.enforces(Rule::kC31) && count > 1;
}

/// True if a walk matters although nobody is in the queue: somebody may come.
bool leaves_open(const Transition& transition) {
    return transition.concurrent != nullptr && transition.concurrent->own().leaves_walks_open;
}

/// The wake-ups of a walk along `queue` go before those that the thread has still to deliver: what
/// a wake-up of an instance causes further out is part of it. Answers whom they reach, which is
/// nobody of `but_not`.
ItemSet defer(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule,
              Force force, ItemSet but_not = 0) {
    const World& world = transition.world;
    ConcurrentState& concurrent = *transition.concurrent;
    CallInProgress& own = concurrent.own();
    const bool spares_exclusive = may_spare_exclusive(transition, queue, entry);
    PendingWake walk[kMaxItems];
    ItemSet reached = 0;
    int count = 0;
    for (int i = queue.first; i >= 0; i = world.items[i].next_waiter[entry]) {
        if ((but_not >> i & 1) != 0) {
            continue;
        }
        const bool exclusive = (world.items[i].events & event::kExclusive) != 0;
        reached |= ItemSet{1} << i;
        walk[count++] = {.item = static_cast<std::int8_t>(i),
                         .walk = concurrent.next_walk,
                         .force = exclusive && spares_exclusive ? Force::kOptional : force,
                         .exclusive = exclusive,
                         .key = key,
                         .rule = rule,
                         .rank = world.next_rank};
    }
    if (own.wake_count + count > kMaxPendingWakes) {
        transition.give_up("more wake-ups at once than the model has room for");
        return reached;
    }
    ++concurrent.next_walk;
    std::copy_backward(own.wakes, own.wakes + own.wake_count, own.wakes + own.wake_count + count);
    std::copy_n(walk, count, own.wakes);
    own.wake_count = static_cast<std::uint8_t>(own.wake_count + count);
    return reached;
}

/// Notes a walk that somebody may still join.
void leave_open(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule,
                Force force, ItemSet known) {
    CallInProgress& own = transition.concurrent->own();
    if (own.open_count == kMaxOpenWalks) {
        transition.give_up("more walks along queues at once than the model has room for");
        return;
    }
    const auto* const world = reinterpret_cast<const std::byte*>(&transition.world);
    const auto place = reinterpret_cast<const std::byte*>(&queue) - world;
    own.open[own.open_count++] = {.queue = static_cast<std::int32_t>(place),
                                  .entry = static_cast<std::uint8_t>(entry),
                                  .force = force,
                                  .key = key,
                                  .rule = rule,
                                  .known = known};
}

void walk(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule,
          Force force) {
    if (transition.concurrent != nullptr) {
        const ItemSet known = defer(transition, queue, entry, key, rule, force);
        if (leaves_open(transition)) {
            leave_open(transition, queue, entry, key, rule, force, known);
        }
        return;
    }
    const World& world = transition.world;
    const bool spares_exclusive = may_spare_exclusive(transition, queue, entry);
    transition.decided_by_if(world.items[queue.first].next_waiter[entry] >= 0, Rule::kA12);
    for (int i = queue.first, next = -1; i >= 0; i = next) {
        next = world.items[i].next_waiter[entry];
        if (is_request(i)) {
            wake_request(transition, i - kMaxItems, entry, key);
            continue;
        }
        const bool exclusive = (world.items[i].events & event::kExclusive) != 0;
        if (exclusive) {
            transition.decided_by(Rule::kC31);
        }
        if (exclusive && spares_exclusive) {
            enqueue(transition, transition.world.items[i], false, Rule::kC30);
            wake_pollers(transition, world.instances[world.items[i].instance], false);
        } else {
            fire(transition, i, key, rule, force);
        }
        if (transition.has(Defect::kOneWakeOneItem) ||
            (transition.has(Defect::kExclusiveOnlyFirst) && exclusive)) {
            break;
        }
    }
}

/// Waits by io_uring are polls of the instance: each wake-up of its pollers lets all look again,
/// and a harvest that leaves something behind none (R-B49).
void wake_rings(Transition& transition, int instance) {
    if (transition.concurrent == nullptr) {
        return;
    }
    for (CallInProgress& thread : transition.concurrent->threads) {
        if (thread.phase == WaitPhase::kAsleep && thread.harvest.instance == instance &&
            thread.by_ring) {
            thread.phase = WaitPhase::kWoken;
        }
    }
}

}  // namespace

void wake(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule) {
    if (queue.first < 0 && !leaves_open(transition)) {
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

void leave_alone(Transition& transition, const WaitQueue& queue, Rule rule) {
    transition.decided_by(queue.first >= 0 ? rule : Rule::kNone);
}

void wake_pollers(Transition& transition, const Instance& instance, bool definite,
                  EventMask cause) {
    wake_rings(transition, static_cast<int>(&instance - transition.world.instances));
    if (instance.pollers.first < 0 && !leaves_open(transition)) {
        return;
    }
    if (instance.pollers.first >= 0) {
        transition.decided_by(Rule::kC40);
        const Item& watcher = transition.world.items[instance.pollers.first];
        transition.decided_by_if(
            watcher.instance >= 0 &&
                transition.world.instances[watcher.instance].pollers.first >= 0,
            Rule::kC45);
    }
    if (transition.has(Defect::kWakesCrossOneLevel)) {
        for (int i = instance.pollers.first; i >= 0; i = transition.world.items[i].next_waiter[0]) {
            if (!is_request(i)) {
                enqueue(transition, transition.world.items[i], definite, Rule::kC42);
            }
        }
        return;
    }
    const EventMask key =
        transition.has(Defect::kNestedKeyMatchesAll) ? 0 : event::kIn | (cause & event::kUringWake);
    const Force promised = transition.enforces(Rule::kC42) ? Force::kEnforced : Force::kIfNews;
    walk(transition, instance.pollers, 0, key, Rule::kC42, definite ? promised : Force::kOptional);
}

bool wake_waiter(Transition& transition, int instance) {
    if (transition.concurrent == nullptr) {
        return false;
    }
    CallInProgress* newest = nullptr;
    int asleep = 0;
    for (CallInProgress& thread : transition.concurrent->threads) {
        if (thread.phase != WaitPhase::kAsleep || thread.harvest.instance != instance ||
            thread.by_ring) {
            continue;
        }
        ++asleep;
        if (newest == nullptr || thread.asleep_since > newest->asleep_since) {
            newest = &thread;
        }
    }
    if (newest != nullptr) {
        newest->phase = WaitPhase::kWoken;
        transition.decided_by_if(asleep > 1, Rule::kE13);
        transition.decided_by_if(asleep > 1, Rule::kE14);
    }
    return newest != nullptr;
}

void close_walk(Transition& transition) {
    CallInProgress& own = transition.concurrent->own();
    const OpenWalk open = own.open[--own.open_count];
    const auto* const world = reinterpret_cast<const std::byte*>(&transition.world);
    const auto& queue = *reinterpret_cast<const WaitQueue*>(world + open.queue);
    defer(transition, queue, open.entry, open.key, open.rule, open.force, open.known);
}

void deliver_wake(Transition& transition) {
    CallInProgress& own = transition.concurrent->own();
    const PendingWake wake = own.wakes[0];
    std::copy(own.wakes + 1, own.wakes + own.wake_count, own.wakes);
    --own.wake_count;
    Item& item = transition.world.items[wake.item];
    const bool was_queued = item.queued != Queued::kNo;
    const bool used = fire(transition, wake.item, wake.key, wake.rule, wake.force);
    if (!transition.exact() && !was_queued && item.queued != Queued::kNo) {
        item.earliest_rank = std::min(item.earliest_rank, wake.rank);
    }
    if (used && wake.exclusive) {
        transition.decided_by(Rule::kC31);
        PendingWake* const end = std::remove_if(
            own.wakes, own.wakes + own.wake_count,
            [&](const PendingWake& other) { return other.exclusive && other.walk == wake.walk; });
        own.wake_count = static_cast<std::uint8_t>(end - own.wakes);
    }
}

void attach(Transition& transition, WaitQueue& queue, int entry, int item) {
    World& world = transition.world;
    Item& added = world.items[item];
    const bool exclusive = (added.events & event::kExclusive) != 0;
    transition.decided_by(Rule::kA11);
    if (exclusive ? transition.has(Defect::kExclusiveInFront)
                  : !transition.has(Defect::kOrdinaryBehind)) {
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
