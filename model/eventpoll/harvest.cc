// The harvest. See harvest.h.
//
// At tier exact every queued item has its own rank and the harvest is a plain loop. A looser tier
// may leave open which items are queued and in which order they come; then the observation says
// which item came next, if the tier admits that item at that place.

#include "model/eventpoll/harvest.h"

#include <algorithm>
#include <bit>

#include "model/eventpoll/interest_list.h"
#include "model/eventpoll/ready_list.h"
#include "model/eventpoll/scan.h"
#include "model/eventpoll/wake.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

constexpr ItemSet only(int index) { return ItemSet{1} << index; }

class Harvest {
public:
    Harvest(Transition& transition, HarvestProgress& progress)
        : transition_(transition),
          world_(transition.world),
          progress_(progress),
          items_(world_.instances[progress.instance].items) {}

    void begin();
    void look_at_all();
    bool excuse_unready();
    bool consider_next();
    Result end();

private:
    static constexpr int kStop = -1;
    static constexpr int kFault = -2;
    static constexpr int kDropped = -3;

    int next_in_order();
    int next_observed();
    ItemSet admitted_next() const;
    ItemSet agreeing(ItemSet options) const;
    int leave_unready(int index);
    bool batch_is_full();
    int corrupt_head(int head) const;
    MaskRange corrupt_mask(const Item& item, MaskRange range) const;
    void corrupt_fault(Item& item);
    void report(const Item& item, EventMask mask);
    bool is_requeued(const Item& item) const;
    bool outlives(EventMask mask) const;
    void disable(Item& item);
    void note_turn(int index);
    void deliver(int index);
    EventMask reported_mask(const MaskRange& range);
    void conclude();

    [[nodiscard]] bool must_report(int index) const {
        return world_.items[index].queued == Queued::kYes && range_[index].surely != 0 &&
               (progress_.owed & only(index)) != 0;
    }
    [[nodiscard]] ItemSet obligations() const {
        ItemSet must = 0;
        for_each_member(progress_.pending, [&](int i) { must |= must_report(i) ? only(i) : 0; });
        return must;
    }
    [[nodiscard]] bool looking_at_events() const {
        return transition_.observed != nullptr &&
               transition_.observed->result.kind == ResultKind::kEvents;
    }

    Transition& transition_;
    World& world_;
    HarvestProgress& progress_;
    ItemSet items_;
    MaskRange range_[kMaxItems];  // of pending items; looser tiers only
};

void Harvest::begin() {
    transition_.lock(progress_.instance);
    begin_scan(transition_, progress_.instance, progress_.scan);
    progress_.pending = queued_items(world_, items_);
    progress_.taken = progress_.pending;
    progress_.owed = progress_.pending;
    transition_.clear_events();
    transition_.decided_by_if(progress_.pending != 0, Rule::kC1);
    if (transition_.contract()) {
        ++world_.next_rank;  // what this harvest leaves behind goes before what comes later (R-C7)
    }
    if (!transition_.exact()) {
        let_time_pass(transition_, progress_.scan);
        for_each_member(progress_.pending, [&](int i) {
            progress_.served |= world_.items[i].cause == Rule::kA9 ? only(i) : 0;
        });
    }
}

/// Looser tiers: what each item may report at this instant.
void Harvest::look_at_all() {
    if (transition_.exact()) {
        return;
    }
    if (transition_.concurrent != nullptr) {
        // Others may have taken some of them meanwhile, and queued more.
        progress_.pending = queued_items(world_, items_) & ~progress_.delivered;
    }
    const LookGuard guard(transition_, Look::kPerhaps);
    for_each_member(items_, [&](int i) {
        const Item& item = world_.items[i];
        range_[i] = file_mask(transition_, item.file, item.events) & item.events;
        const bool level = (item.events & event::kEdge) == 0;
        // The contract of a level is the level itself, however it came about (R-C13).
        if (!transition_.enforces(Rule::kC10) && level && range_[i].possibly != 0) {
            progress_.pending |= only(i) & ~progress_.delivered;
        }
    });
}

/// Each item is polled at an instant of its own (R-F3), so whatever was not ready at some instant
/// of the harvest need not come.
bool Harvest::excuse_unready() {
    const ItemSet before = progress_.owed;
    for_each_member(progress_.owed,
                    [&](int i) { progress_.owed &= ~(range_[i].surely == 0 ? only(i) : 0); });
    return progress_.owed != before;
}

bool Harvest::consider_next() {
    const int next = transition_.exact() ? next_in_order() : next_observed();
    if (next == kFault) {
        transition_.decided_by(Rule::kB28);
        progress_.cut = true;
    }
    if (next >= 0) {
        deliver(next);
    }
    return next != kFault && next != kStop;
}

Result Harvest::end() {
    conclude();
    end_scan(transition_, progress_.scan);
    const ItemSet queued = queued_items(world_, items_);
    if (queued != 0 && wake_waiter(transition_, progress_.instance)) {
        transition_.decided_by_if((queued & progress_.delivered) != 0, Rule::kE16);
        transition_.decided_by_if((queued & ~progress_.delivered) != 0, Rule::kE17);
    }
    const bool faulted =
        progress_.cut && (progress_.count == 0 || transition_.has(Defect::kFaultHidesEvents));
    return faulted ? Result::of_error(error::kEFAULT) : Result::of_events(progress_.count);
}

/// True if no event finds room any more.
bool Harvest::batch_is_full() {
    if (progress_.count < progress_.most + (transition_.has(Defect::kMaximumOffByOne) ? 1 : 0)) {
        return false;
    }
    if (progress_.pending != 0) {
        transition_.decided_by(Rule::kC5);
        transition_.decided_by(Rule::kC7);
        transition_.decided_by(Rule::kC8);
    }
    if (transition_.has(Defect::kDropsBeyondMaximum) ||
        transition_.has(Defect::kUnservedGoBehind)) {
        for (int i = first_in_order(world_, progress_.pending); i >= 0;
             i = first_in_order(world_, progress_.pending)) {
            progress_.pending &= ~only(i);
            dequeue(world_.items[i], Rule::kC10);
            if (transition_.has(Defect::kUnservedGoBehind)) {
                enqueue(transition_, world_.items[i], true, Rule::kC7);
            }
        }
    }
    return true;
}

/// Tier exact: takes the head of the ready list.
int Harvest::next_in_order() {
    if (batch_is_full()) {
        return kStop;
    }
    const int first = first_in_order(world_, progress_.pending);
    const int head = transition_.sound() ? first : corrupt_head(first);
    if (head < 0) {
        return kStop;
    }
    transition_.decided_by_if((progress_.pending & (progress_.pending - 1)) != 0, Rule::kC9);
    Item& item = world_.items[head];
    let_time_pass(transition_, progress_.scan);
    const MaskRange mask = file_mask(transition_, item.file, item.events);
    MaskRange range = mask & item.events;
    transition_.decided_by_if(range.surely != mask.surely, Rule::kC3);
    if (!transition_.sound()) {
        range = corrupt_mask(item, range);
    }
    if (range.surely == 0 && !transition_.has(Defect::kUnreadyReported)) {
        return leave_unready(head);
    }
    if (progress_.count == progress_.writable) {
        corrupt_fault(item);
        return kFault;
    }
    range_[head] = range;
    return head;
}

/// Tier exact: drops an item that is not ready.
int Harvest::leave_unready(int index) {
    const Item& item = world_.items[index];
    const bool edge = (item.events & event::kEdge) != 0;
    transition_.decided_by(Rule::kA8);
    transition_.decided_by(Rule::kC10);
    transition_.decided_by(edge ? Rule::kC17 : Rule::kA9);
    transition_.decided_by_if(world_.files[item.file].kind == FileKind::kEpoll, Rule::kC44);
    progress_.pending &= ~only(index);
    if (!transition_.has(Defect::kUnreadyStaysQueued)) {
        dequeue(world_.items[index], Rule::kC10);
    }
    return transition_.has(Defect::kUnreadyEndsHarvest) ? kStop : kDropped;
}

/// The item that a defect takes for the head of the ready list.
int Harvest::corrupt_head(int head) const {
    for_each_member(progress_.pending, [&](int i) {
        const Item& other = world_.items[i];
        const Item& best = world_.items[head];
        if ((transition_.has(Defect::kOrderReversed) && other.latest_rank > best.latest_rank) ||
            (transition_.has(Defect::kOrderByNumber) && other.slot < best.slot)) {
            head = i;
        }
    });
    return head;
}

/// What a defect reads instead of the mask of an item's file.
MaskRange Harvest::corrupt_mask(const Item& item, MaskRange range) const {
    if ((item.events & event::kEdge) == 0) {
        return range;
    }
    if (transition_.has(Defect::kStaleMask) && item.not_fallen != 0) {
        return MaskRange::exactly(item.not_fallen);
    }
    return transition_.has(Defect::kOnlyNewBits) ? range & ~item.not_fallen : range;
}

/// What a defect does to the item that could not be written.
void Harvest::corrupt_fault(Item& item) {
    if (transition_.has(Defect::kFaultConsumes) || transition_.has(Defect::kFaultedGoesToTail)) {
        dequeue(item, Rule::kB28);
        if (transition_.has(Defect::kFaultedGoesToTail)) {
            enqueue(transition_, item, true, Rule::kB28);
        }
    }
}

/// Looser tiers: takes the item that the observation shows next, if it is admitted there.
int Harvest::next_observed() {
    const ItemSet must = obligations();
    if (progress_.count == progress_.most) {
        progress_.cut = progress_.pending != 0;
        // Whoever waited through an earlier call goes before those that were served then (R-C7).
        for_each_member(must, [&](int i) {
            const bool passed_over = transition_.concurrent == nullptr
                                         ? world_.items[i].latest_rank < progress_.latest_reported
                                         : (progress_.passed_over & only(i)) != 0;
            if (passed_over) {
                transition_.decided_by(Rule::kC7);
                transition_.refute();
            }
        });
        return kStop;
    }
    const ItemSet options = admitted_next();
    if (progress_.count == progress_.writable && progress_.count < progress_.most) {
        const bool may_fault = options != 0;
        const bool sees_fault = transition_.observed == nullptr || progress_.count > 0 ||
                                transition_.observed->result.kind == ResultKind::kError;
        return may_fault && (must != 0 || sees_fault) ? kFault : kStop;
    }
    if (transition_.observed == nullptr) {
        constexpr int kStopOption = 63;
        const std::uint64_t stop = must == 0 ? only(kStopOption) : 0;
        const int chosen = transition_.choose(options | stop);
        return chosen < 0 || chosen == kStopOption ? kStop : chosen;
    }
    if (!looking_at_events() ||
        progress_.count >= static_cast<int>(transition_.observed->events.size())) {
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
    for_each_member(progress_.pending, [&](int i) {
        if (range_[i].possibly == 0) {
            return;
        }
        bool in_order = true;
        if (ordered) {
            in_order = world_.items[i].latest_rank >= progress_.latest_reported;
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
    const Event& seen = transition_.observed->events[static_cast<std::size_t>(progress_.count)];
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
        return transition_.observed->events[static_cast<std::size_t>(progress_.count)].mask;
    }
    if (std::popcount(range.surely ^ range.possibly) > 1) {
        transition_.leave_out_answers();  // the masks between the two
    }
    const bool least = range.surely != 0 && transition_.choose(0b11) == 1;
    return least ? range.surely : range.possibly;
}

void Harvest::report(const Item& item, EventMask mask) {
    ++progress_.count;
    transition_.decided_by(Rule::kB9b);
    transition_.decided_by(Rule::kC2);
    transition_.decided_by_if((mask & ~event::kAlways) == 0, Rule::kC35);
    if (transition_.sound()) {
        transition_.report({mask, item.data});
        return;
    }
    if (transition_.has(Defect::kPrivateBitsReported)) {
        mask |= item.events & event::kPrivate;
    } else if (transition_.has(Defect::kUnrequestedBitsReported)) {
        const LookGuard guard(transition_, Look::kPeek);
        mask = file_mask(transition_, item.file, ~event::kPrivate).possibly;
    }
    const bool truncated = transition_.has(Defect::kDataTruncated);
    transition_.report({mask, truncated ? item.data & 0xffffffff : item.data});
    constexpr int kRoomForTwo = kMaxEvents / 2;
    if (transition_.has(Defect::kReportedTwice) &&
        progress_.count < std::min(progress_.most, kRoomForTwo)) {
        ++progress_.count;
        transition_.report({mask, item.data});
    }
}

/// ONESHOT: what is left of an item after its report (R-C23).
void Harvest::disable(Item& item) {
    transition_.decided_by(Rule::kC23);
    transition_.decided_by_if((item.events & event::kEdge) != 0, Rule::kC28);
    item.events &= transition_.has(Defect::kOneshotForgetsMode) ? 0 : event::kPrivate;
    item.events |= transition_.has(Defect::kOneshotKeepsErrHup) ? event::kAlways : 0;
    dequeue(item, Rule::kC23);
    if (transition_.has(Defect::kOneshotUnregisters)) {
        const auto index = static_cast<int>(&item - world_.items);
        items_ &= ~only(index);
        remove_item(world_, index);
    }
}

/// True if an item goes back to the ready list after its report (R-A9, R-C15).
bool Harvest::is_requeued(const Item& item) const {
    if ((item.events & event::kEdge) == 0) {
        return !transition_.has(Defect::kLevelIsEdge);
    }
    const bool marked = (item.not_fallen & event::kEdge) != 0;
    return transition_.has(Defect::kEdgeIsLevel) ||
           (marked && transition_.has(Defect::kWakesAreCounted));
}

/// True if a defect leaves a ONESHOT item armed after the report of `mask`.
bool Harvest::outlives(EventMask mask) const {
    return transition_.has(Defect::kOneshotStaysArmed) ||
           ((mask & event::kAlways) != 0 && transition_.has(Defect::kOneshotSurvivesHangup));
}

/// Looser tiers, harvests that overlap: which items waited longer than one that has its turn. Calls
/// that follow each other go through all items (R-C7); two that overlap may report the same one.
void Harvest::note_turn(int index) {
    if (transition_.exact() || transition_.concurrent == nullptr) {
        return;
    }
    if ((progress_.served & only(index)) != 0) {
        const std::uint32_t rank = world_.items[index].earliest_rank;
        for_each_member(obligations(), [&](int i) {
            progress_.passed_over |= world_.items[i].latest_rank < rank ? only(i) : 0;
        });
    }
    for (CallInProgress& thread : transition_.concurrent->threads) {
        thread.harvest.served &= ~only(index);
        thread.harvest.passed_over &= ~only(index);
    }
}

void Harvest::deliver(int index) {
    Item& item = world_.items[index];
    note_turn(index);
    const EventMask mask = reported_mask(range_[index]);
    report(item, mask);
    if (!transition_.exact()) {
        world_.files[item.file].announced = Certainty::kNo;  // it was looked at for certain
    }
    progress_.pending &= ~only(index);
    progress_.delivered |= only(index);
    progress_.latest_reported = std::max(progress_.latest_reported, item.earliest_rank);
    const bool again = is_requeued(item);
    item.not_fallen = range_[index].possibly;
    if ((item.events & event::kOneshot) != 0 && !outlives(mask)) {
        disable(item);
    } else if (!again) {
        transition_.decided_by(Rule::kC15);
        transition_.decided_by(Rule::kC16);
        transition_.decided_by_if(item.cause != Rule::kB10 && item.cause != Rule::kB13, Rule::kC20);
        dequeue(item, Rule::kC15);
        if (world_.files[item.file].kind == FileKind::kEpoll && !transition_.enforces(Rule::kC42)) {
            enqueue(transition_, item, false, Rule::kC43);  // up to 5.4 its own poll woke it
        }
    } else {
        transition_.decided_by(Rule::kA9);
        transition_.decided_by(Rule::kC13);
        transition_.decided_by_if(progress_.count < progress_.most, Rule::kC4);
        transition_.decided_by_if(world_.files[item.file].kind == FileKind::kEpoll, Rule::kC41);
        dequeue(item, Rule::kA9);
        transition_.start_rank_group();
        enqueue(transition_, item, true, Rule::kA9);
        if (transition_.has(Defect::kRequeueAtHead)) {
            item.earliest_rank = kNoRank;
            item.latest_rank = kNoRank;
        }
    }
}

void make_doubtful(Item& item) {
    item.queued = item.queued == Queued::kYes ? Queued::kMaybe : item.queued;
}

/// Looser tiers: what became of the items that were queued, perhaps, and not reported.
void Harvest::conclude() {
    if (transition_.exact()) {
        if (transition_.has(Defect::kHarvestWakesOuter) && queued_items(world_, items_) != 0) {
            wake_pollers(transition_, world_.instances[progress_.instance], true);
        }
        return;
    }
    if (!transition_.enforces(Rule::kC42) && queued_items(world_, items_) != 0) {
        wake_pollers(transition_, world_.instances[progress_.instance], false);  // up to 5.4, R-C43
    }
    const bool ordered = transition_.enforces(Rule::kC9);
    if (transition_.concurrent != nullptr) {
        // Some of them were considered when they were not ready, and may have been woken since. Who
        // was ready all the time found no room.
        for_each_member(progress_.pending & progress_.taken & ~progress_.owed,
                        [&](int i) { make_doubtful(world_.items[i]); });
        return;
    }
    for_each_member(progress_.pending, [&](int i) {
        Item& item = world_.items[i];
        // In an ordered list, what stood before a reported item was considered, too.
        const bool passed = ordered && item.latest_rank < progress_.latest_reported;
        if (!progress_.cut || passed) {
            dequeue(item, Rule::kC10);
            item.not_fallen = range_[i].possibly;
        } else if (item.queued == Queued::kYes && range_[i].surely == 0) {
            item.queued = Queued::kMaybe;  // dropped, if the call came as far as this item
        }
    });
}

}  // namespace

Result harvest(Transition& transition, int instance, int most, int writable) {
    HarvestProgress progress{
        .instance = static_cast<std::int8_t>(instance), .most = most, .writable = writable};
    Harvest harvest(transition, progress);
    harvest.begin();
    harvest.look_at_all();
    while (harvest.consider_next()) {
    }
    return harvest.end();
}

void begin_harvest(Transition& transition, HarvestProgress& progress) {
    Harvest(transition, progress).begin();
}

bool consider_next(Transition& transition, HarvestProgress& progress) {
    Harvest harvest(transition, progress);
    harvest.look_at_all();
    if (!transition.exact()) {
        harvest.excuse_unready();
    }
    return harvest.consider_next();
}

bool excuse_unready(Transition& transition, HarvestProgress& progress) {
    Harvest harvest(transition, progress);
    harvest.look_at_all();
    return harvest.excuse_unready();
}

Result end_harvest(Transition& transition, HarvestProgress& progress) {
    Harvest harvest(transition, progress);
    harvest.look_at_all();
    return harvest.end();
}

}  // namespace epollcheck
