// Rules about overlapping calls. See concurrent_rules.h.

#include "model/judgement/concurrent_rules.h"

#include <algorithm>

#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

/// True if a thread other than the one whose step it is has come as far as `phase` with `instance`
/// (any instance: -1).
bool another_is(const Transition& transition, WaitPhase phase, int instance) {
    const ConcurrentState& calls = *transition.concurrent;
    for (int i = 0; i < kMaxConcurrentThreads; ++i) {
        const CallInProgress& thread = calls.threads[i];
        if (i != calls.thread && thread.phase == phase &&
            (instance < 0 || thread.harvest.instance == instance)) {
            return true;
        }
    }
    return false;
}

/// True if the instance has an EXCLUSIVE item whose file is ready and that is not queued.
bool passes_exclusive_over(Transition& transition, int instance) {
    const LookGuard guard(transition, Look::kPeek);
    const World& world = transition.world;
    bool found = false;
    for_each_member(world.instances[instance].items, [&](int i) {
        const Item& item = world.items[i];
        if ((item.events & event::kExclusive) != 0 && item.queued == Queued::kNo) {
            const MaskRange ready = file_mask(transition, item.file, item.events) & item.events;
            found = found || ready.surely != 0;
        }
    });
    return found;
}

bool is_control(const Operation& operation) {
    return operation.kind == OperationKind::kEpollCtl ||
           operation.kind == OperationKind::kIoUringCtl;
}

void note_control(Transition& transition, const Operation& operation, const Result& result) {
    const bool done = result.kind == ResultKind::kValue;
    const bool exists = result == Result::of_error(error::kEEXIST);
    const bool missing = result == Result::of_error(error::kENOENT);
    transition.decided_by_if(done || exists || missing, Rule::kF5);
    transition.decided_by_if(exists || missing, Rule::kF17);
    const bool adds = operation.number == kCtlAdd;
    transition.decided_by_if(adds && (exists || result == Result::of_error(error::kELOOP)),
                             Rule::kF23);
    const int file = done ? file_of(transition, operation.fd) : -1;
    if (file < 0) {
        return;
    }
    const int instance = transition.world.files[file].object;
    const bool asleep = another_is(transition, WaitPhase::kAsleep, instance);
    const bool under_way = another_is(transition, WaitPhase::kLooking, instance) ||
                           another_is(transition, WaitPhase::kHarvests, instance) ||
                           another_is(transition, WaitPhase::kWoken, instance);
    transition.decided_by_if(!adds && asleep, Rule::kE20);
    transition.decided_by_if(!adds && (asleep || under_way), Rule::kF12);
    transition.decided_by_if(operation.number == kCtlMod && under_way, Rule::kF22);
}

}  // namespace

void note_look(Transition& transition, const HarvestProgress& wait, bool listed, bool scanned) {
    transition.decided_by_if(scanned, Rule::kF4);
    transition.decided_by_if(listed, Rule::kF19);
    if (!listed && !scanned) {
        transition.decided_by(Rule::kF8);
        if (passes_exclusive_over(transition, wait.instance)) {
            transition.decided_by(Rule::kC32);
            transition.decided_by(Rule::kC38);
        }
    }
}

void note_report(Transition& transition, const HarvestProgress& done) {
    transition.decided_by(Rule::kF6);
    transition.decided_by(Rule::kF11);
    transition.decided_by(Rule::kF13);
    transition.decided_by(Rule::kF16);
    transition.decided_by_if((done.taken & (done.taken - 1)) != 0, Rule::kF3);
    const bool others = another_is(transition, WaitPhase::kAsleep, done.instance) ||
                        another_is(transition, WaitPhase::kWoken, done.instance);
    for_each_member(done.delivered, [&](int i) {
        const EventMask events = transition.world.items[i].events;
        // A ONESHOT item is disarmed by now; who was level triggered is queued again.
        const bool oneshot = (events & event::kOneshot) != 0;
        transition.decided_by_if(others && (oneshot || (events & event::kEdge) != 0), Rule::kE15);
        transition.decided_by_if(oneshot, Rule::kC25);
        transition.decided_by_if(oneshot, Rule::kF15);
    });
}

void note_call(Transition& transition, const Operation& operation, const Result& result) {
    if (is_control(operation)) {
        note_control(transition, operation, result);
    }
    const bool closes = operation.kind == OperationKind::kClose;
    transition.decided_by_if(closes && another_is(transition, WaitPhase::kAsleep, -1), Rule::kE20);
}

void note_wake(Transition& transition) {
    const ConcurrentState& calls = *transition.concurrent;
    const PendingWake& wake = calls.threads[calls.thread].wakes[0];
    const Item& item = transition.world.items[wake.item];
    transition.decided_by(Rule::kF9);
    if (calls.is_locked(item.instance)) {
        transition.decided_by(Rule::kF2);
        // Disarmed already, or when the harvest has written its event.
        transition.decided_by_if((item.events & event::kOneshot) != 0, Rule::kC26);
    }
    bool another_wakes = false;
    for (int i = 0; i < kMaxConcurrentThreads; ++i) {
        another_wakes = another_wakes || (i != calls.thread && calls.threads[i].wake_count > 0);
    }
    transition.decided_by_if(another_wakes, Rule::kF10);
    transition.decided_by_if(another_wakes && transition.exact(), Rule::kF25);
    if (wake.exclusive && another_is(transition, WaitPhase::kAsleep, -1)) {
        transition.decided_by(Rule::kA16);
        transition.decided_by(Rule::kC30);
    }
    transition.decided_by_if((item.events & event::kEdge) != 0 &&
                                 another_is(transition, WaitPhase::kAsleep, item.instance),
                             Rule::kF20);
}

}  // namespace epollcheck
