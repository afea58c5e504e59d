// The harvest. See harvest.h.
//
// At tier exact every queued item has its own rank and the harvest is a plain loop. A looser tier
// may leave open which items are queued and in which order they come; then the observation says
// which item came next, if the tier admits that item at that place.

#include "model/eventpoll/harvest.h"

#include <algorithm>

#include "model/eventpoll/ready_list.h"
#include "model/eventpoll/scan.h"
#include "model/eventpoll/wake.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

constexpr ItemSet only(int index) { return ItemSet{1} << index; }

class Harvest {
public:
    Harvest(Transition& transition, int instance, int most, int writable)
        : transition_(transition),
          world_(transition.world),
          instance_(instance),
          items_(world_.instances[instance].items),
          most_(most),
          writable_(writable),
          scan_(transition, instance) {}

    Result run();

private:
    static constexpr int kStop = -1;
    static constexpr int kFault = -2;
    static constexpr int kDropped = -3;

    int next_in_order();
    int next_observed();
    ItemSet admitted_next() const;
    ItemSet agreeing(ItemSet options) const;
    void deliver(int index);
    EventMask reported_mask(const MaskRange& range);
    void conclude();

    [[nodiscard]] bool must_report(int index) const {
        return world_.items[index].queued == Queued::kYes && range_[index].surely != 0;
    }
    [[nodiscard]] ItemSet obligations() const {
        ItemSet must = 0;
        for_each_member(pending_, [&](int i) { must |= must_report(i) ? only(i) : 0; });
        return must;
    }
    [[nodiscard]] bool looking_at_events() const {
        return transition_.observed != nullptr &&
               transition_.observed->result.kind == ResultKind::kEvents;
    }

    Transition& transition_;
    World& world_;
    int instance_;
    ItemSet items_;
    ItemSet pending_ = 0;  // queued and not considered yet
    int most_;
    int writable_;
    Scan scan_;
    int count_ = 0;
    bool cut_ = false;  // the call ended before it considered every queued item
    std::uint32_t latest_reported_ = kNoRank;  // highest earliest_rank among the reported
    MaskRange range_[kMaxItems];               // of pending items; looser tiers only
};

Result Harvest::run() {
    pending_ = queued_items(world_, items_);
    transition_.clear_events();
    if (transition_.contract()) {
        ++world_.next_rank;  // what this harvest leaves behind goes before what comes later (R-C7)
    }
    if (!transition_.exact()) {
        scan_.let_time_pass();
        const LookGuard guard(transition_, Look::kPerhaps);
        for_each_member(items_, [&](int i) {
            const Item& item = world_.items[i];
            range_[i] = file_mask(transition_, item.file, item.events) & item.events;
            const bool level = (item.events & event::kEdge) == 0;
            // The contract of a level is the level itself, however it came about (R-C13).
            if (!transition_.enforces(Rule::kC10) && level && range_[i].possibly != 0) {
                pending_ |= only(i);
            }
        });
    }
    while (true) {
        const int next = transition_.exact() ? next_in_order() : next_observed();
        if (next == kStop) {
            break;
        }
        if (next == kFault) {
            transition_.decided_by(Rule::kB28);
            cut_ = true;
            break;
        }
        if (next != kDropped) {
            deliver(next);
        }
    }
    conclude();
    const bool faulted = cut_ && count_ == 0;
    return faulted ? Result::of_error(error::kEFAULT) : Result::of_events(count_);
}

/// Tier exact: takes the head of the ready list.
int Harvest::next_in_order() {
    if (count_ == most_) {
        if (pending_ != 0) {
            transition_.decided_by(Rule::kC7);
        }
        return kStop;
    }
    const int head = first_in_order(world_, pending_);
    if (head < 0) {
        return kStop;
    }
    Item& item = world_.items[head];
    scan_.let_time_pass();
    const MaskRange range = file_mask(transition_, item.file, item.events) & item.events;
    if (range.surely == 0) {
        transition_.decided_by(Rule::kC10);
        dequeue(item, Rule::kC10);
        pending_ &= ~only(head);
        return kDropped;
    }
    if (count_ == writable_) {
        return kFault;
    }
    range_[head] = range;
    return head;
}

/// Looser tiers: takes the item that the observation shows next, if it is admitted there.
int Harvest::next_observed() {
    const ItemSet must = obligations();
    if (count_ == most_) {
        cut_ = pending_ != 0;
        // Whoever waited through an earlier call goes before those that were served then (R-C7).
        for_each_member(must, [&](int i) {
            if (world_.items[i].latest_rank < latest_reported_) {
                transition_.decided_by(Rule::kC7);
                transition_.refute();
            }
        });
        return kStop;
    }
    const ItemSet options = admitted_next();
    if (count_ == writable_ && count_ < most_) {
        const bool may_fault = options != 0;
        const bool sees_fault = transition_.observed == nullptr || count_ > 0 ||
                                transition_.observed->result.kind == ResultKind::kError;
        return may_fault && (must != 0 || sees_fault) ? kFault : kStop;
    }
    if (transition_.observed == nullptr) {
        constexpr int kStopOption = 63;
        const std::uint64_t stop = must == 0 ? only(kStopOption) : 0;
        const int chosen = transition_.choose(options | stop);
        return chosen < 0 || chosen == kStopOption ? kStop : chosen;
    }
    if (!looking_at_events() || count_ >= static_cast<int>(transition_.observed->events.size())) {
        if (must != 0) {
            transition_.refute();  // an item that had to come is missing
        }
        return kStop;
    }
    const int chosen = transition_.choose(agreeing(options));
    return chosen < 0 ? kStop : chosen;
}

/// The pending items that the tier admits as the next event of the batch.
ItemSet Harvest::admitted_next() const {
    const bool ordered = transition_.enforces(Rule::kC9);
    const ItemSet must = obligations();
    ItemSet admitted = 0;
    for_each_member(pending_, [&](int i) {
        if (range_[i].possibly == 0) {
            return;
        }
        bool in_order = true;
        if (ordered) {
            in_order = world_.items[i].latest_rank >= latest_reported_;
            for_each_member(must, [&](int j) {
                in_order = in_order && world_.items[j].latest_rank >= world_.items[i].earliest_rank;
            });
        }
        admitted |= in_order ? only(i) : 0;
    });
    return admitted;
}

/// The options that agree with the next observed event.
ItemSet Harvest::agreeing(ItemSet options) const {
    const Event& seen = transition_.observed->events[static_cast<std::size_t>(count_)];
    ItemSet agree = 0;
    for_each_member(options, [&](int i) {
        const MaskRange& range = range_[i];
        const bool mask_fits =
            (range.surely & ~seen.mask) == 0 && (seen.mask & ~range.possibly) == 0;
        if (world_.items[i].data == seen.data && mask_fits && seen.mask != 0) {
            agree |= only(i);
        }
    });
    return agree;
}

EventMask Harvest::reported_mask(const MaskRange& range) {
    if (range.surely == range.possibly) {
        return range.surely;
    }
    if (transition_.observed != nullptr) {
        return transition_.observed->events[static_cast<std::size_t>(count_)].mask;
    }
    const bool least = range.surely != 0 && transition_.choose(0b11) == 1;
    return least ? range.surely : range.possibly;
}

void Harvest::deliver(int index) {
    Item& item = world_.items[index];
    transition_.report({reported_mask(range_[index]), item.data});
    ++count_;
    pending_ &= ~only(index);
    latest_reported_ = std::max(latest_reported_, item.earliest_rank);
    item.not_fallen = range_[index].possibly;
    if ((item.events & event::kOneshot) != 0) {
        transition_.decided_by(Rule::kC23);
        item.events &= event::kPrivate;
        dequeue(item, Rule::kC23);
    } else if ((item.events & event::kEdge) != 0) {
        transition_.decided_by(Rule::kC15);
        dequeue(item, Rule::kC15);
        if (world_.files[item.file].kind == FileKind::kEpoll && !transition_.enforces(Rule::kC42)) {
            enqueue(transition_, item, false, Rule::kC43);  // up to 5.4 its own poll woke it
        }
    } else {
        transition_.decided_by(Rule::kC13);
        dequeue(item, Rule::kA9);
        transition_.start_rank_group();
        enqueue(transition_, item, true, Rule::kA9);
    }
}

/// Looser tiers: what became of the items that were queued, perhaps, and not reported.
void Harvest::conclude() {
    if (transition_.exact()) {
        return;
    }
    if (!transition_.enforces(Rule::kC42) && queued_items(world_, items_) != 0) {
        wake_pollers(transition_, world_.instances[instance_], false);  // up to 5.4, R-C43
    }
    const bool ordered = transition_.enforces(Rule::kC9);
    for_each_member(pending_, [&](int i) {
        Item& item = world_.items[i];
        // In an ordered list, what stood before a reported item was considered, too.
        const bool passed = ordered && item.latest_rank < latest_reported_;
        if (!cut_ || passed) {
            dequeue(item, Rule::kC10);
            item.not_fallen = range_[i].possibly;
        } else if (item.queued == Queued::kYes && range_[i].surely == 0) {
            item.queued = Queued::kMaybe;  // dropped, if the call came as far as this item
        }
    });
}

}  // namespace

Result harvest(Transition& transition, int instance, int most, int writable) {
    return Harvest(transition, instance, most, writable).run();
}

}  // namespace epollcheck
