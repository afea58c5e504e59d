// The look at the ready list that poll(2), select(2) and outer instances take. See poll_instance.h.

#include "model/eventpoll/poll_instance.h"

#include "model/eventpoll/ready_list.h"
#include "model/eventpoll/scan.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

constexpr ItemSet only(int index) { return ItemSet{1} << index; }

/// What a defect makes of a look that found `item` ready.
MaskRange corrupt_answer(Transition& transition, Item& item) {
    const bool edge = (item.events & event::kEdge) != 0;
    if (transition.has(Defect::kPollConsumesEdge) && edge) {
        dequeue(item, Rule::kB31);
    }
    if (transition.has(Defect::kPollMovesReady)) {
        dequeue(item, Rule::kB31);
        enqueue(transition, item, true, Rule::kB31);
    }
    EventMask answer = event::kReadable;
    answer |= transition.has(Defect::kPollAnswersOut) ? event::kOut : 0;
    answer &= transition.has(Defect::kPollWithoutNormBit) ? ~event::kRdnorm : ~EventMask{0};
    return MaskRange::exactly(answer);
}

/// The look at tier exact, where every queued item has its own rank.
MaskRange poll_in_order(Transition& transition, int instance) {
    World& world = transition.world;
    const ItemSet items = world.instances[instance].items;
    Scan scan(transition, instance);
    ItemSet pending = queued_items(world, items);
    while (pending != 0) {
        const int head = first_in_order(world, pending);
        Item& item = world.items[head];
        scan.let_time_pass();
        const MaskRange range = file_mask(transition, item.file, item.events) & item.events;
        if (range.surely != 0 || transition.has(Defect::kPollTrustsList)) {
            return transition.sound() ? MaskRange::exactly(event::kReadable)
                                      : corrupt_answer(transition, item);
        }
        transition.decided_by(Rule::kB31);
        pending &= ~only(head);
        if (!transition.has(Defect::kPollKeepsUnready)) {
            dequeue(item, Rule::kB31);
        }
        if (transition.has(Defect::kPollOnlyHead)) {
            break;
        }
    }
    return {};
}

/// The look of a looser tier: it knows only ranges of ranks and of masks.
class OpenPoll {
public:
    OpenPoll(Transition& transition, ItemSet items)
        : transition_(transition), world_(transition.world), items_(items) {
        const LookGuard guard(transition, Look::kPerhaps);
        for_each_member(items_, [&](int i) {
            const Item& item = world_.items[i];
            range_[i] = file_mask(transition_, item.file, item.events) & item.events;
        });
    }

    MaskRange run() {
        ItemSet pending = queued_items(world_, items_);
        if (transition_.enforces(Rule::kB31) && transition_.look == Look::kCertain) {
            pending = drop_unready_heads(pending);
        }
        bool surely = false;
        bool possibly = false;
        for_each_member(pending, [&](int i) {
            Item& item = world_.items[i];
            surely = surely || (item.queued == Queued::kYes && range_[i].surely != 0);
            possibly = possibly || range_[i].possibly != 0;
            if (item.queued == Queued::kYes && range_[i].surely == 0 &&
                transition_.look != Look::kPeek) {
                item.queued = Queued::kMaybe;  // dropped, if the look came as far as this item
            }
        });
        if (!transition_.enforces(Rule::kC10)) {
            for_each_member(items_, [&](int i) {
                const bool level = (world_.items[i].events & event::kEdge) == 0;
                possibly = possibly || (level && range_[i].possibly != 0);
            });
        }
        // RDNORM beside IN is a detail of Linux.
        const EventMask certain = transition_.enforces(Rule::kB31) ? event::kReadable : event::kIn;
        return {surely ? certain : 0, possibly ? event::kReadable : 0};
    }

private:
    /// Drops the items at the head of the list that are not ready, as long as it is certain which
    /// ones stand there. Returns the rest, or
    /// only the item that ends the look.
    ItemSet drop_unready_heads(ItemSet pending) {
        while (pending != 0) {
            const std::uint32_t reach = world_.items[first_in_order(world_, pending)].latest_rank;
            ItemSet heads = 0;
            bool all_unready = true;
            for_each_member(pending, [&](int i) {
                if (world_.items[i].earliest_rank <= reach) {
                    heads |= only(i);
                    all_unready = all_unready && range_[i].possibly == 0;
                }
            });
            if (!all_unready) {
                return is_certain(heads) ? heads : pending;
            }
            for_each_member(heads, [&](int i) { dequeue(world_.items[i], Rule::kB31); });
            pending &= ~heads;
        }
        return 0;
    }

    /// True if `heads` is one item that is in the list and ready: the look ends at it.
    [[nodiscard]] bool is_certain(ItemSet heads) const {
        const int head = std::countr_zero(heads);
        return heads == only(head) && world_.items[head].queued == Queued::kYes &&
               range_[head].surely != 0;
    }

    Transition& transition_;
    World& world_;
    ItemSet items_;
    MaskRange range_[kMaxItems];
};

}  // namespace

MaskRange poll_instance(Transition& transition, int instance) {
    const ItemSet items = transition.world.instances[instance].items;
    transition.decided_by(Rule::kB30);
    if (transition.look == Look::kCertain) {
        transition.lock(instance);
    }
    return transition.exact() ? poll_in_order(transition, instance)
                              : OpenPoll(transition, items).run();
}

}  // namespace epollcheck
