// Invariants of single steps. See invariants.h.

#include "model/judgement/invariants.h"
#include "model/judgement/world_key.h"

namespace epollcheck {

namespace {

/// True if nothing changed, or what changed may be the work of something else than the program.
bool same_world(const Step& step) {
    return has_open_outcomes(step.before) ||
           world_key(step.before, kMaxHandles) == world_key(step.after, kMaxHandles);
}

bool is_wait(OperationKind kind) {
    return kind == OperationKind::kEpollWait || kind == OperationKind::kEpollPwait ||
           kind == OperationKind::kEpollPwait2;
}

/// Calls `holds(before, after)` for the item behind each reported event of a wait whose data no
/// other item has.
template <class Holds>
bool every_reported_item(const Step& step, Holds holds) {
    if (!is_wait(step.operation.kind) || step.answer.result.kind != ResultKind::kEvents ||
        has_open_outcomes(step.before)) {  // an item may become ready while the wait goes on
        return true;
    }
    bool all = true;
    for (const Event& event : step.answer.events) {
        int reported = -1;
        int candidates = 0;
        for_each_member(step.before.used_items, [&](int i) {
            if (step.before.items[i].data == event.data) {
                reported = i;
                ++candidates;
            }
        });
        all = all && candidates > 0 &&
              (candidates > 1 ||
               holds(event, step.before.items[reported], step.after.items[reported]));
    }
    return all;
}

bool looks_at_the_interest_list_change_nothing(const Step& step) {
    return step.operation.kind != OperationKind::kFdinfo || same_world(step);
}

bool refused_controls_change_nothing(const Step& step) {
    return step.operation.kind != OperationKind::kEpollCtl ||
           step.answer.result.kind != ResultKind::kError || same_world(step);
}

bool waits_report_what_is_asked_for(const Step& step) {
    const bool few_enough = !is_wait(step.operation.kind) ||
                            step.answer.result.kind != ResultKind::kEvents ||
                            step.answer.result.event_count <= step.operation.number;
    return few_enough &&
           every_reported_item(step, [](const Event& event, const Item& before, const Item&) {
               return event.mask != 0 && (event.mask & event::kPrivate) == 0 &&
                      (event.mask & ~before.events) == 0 && before.queued == Queued::kYes;
           });
}

bool waits_leave_items_as_their_mode_says(const Step& step) {
    return every_reported_item(step, [](const Event&, const Item& before, const Item& after) {
        if ((before.events & event::kOneshot) != 0) {
            return after.queued == Queued::kNo && (after.events & ~event::kPrivate) == 0;
        }
        const bool edge = (before.events & event::kEdge) != 0;
        return after.events == before.events && (after.queued == Queued::kYes) == !edge;
    });
}

constexpr StepInvariant kInvariants[] = {
    {"looks-at-the-interest-list-change-nothing", "Reading fdinfo changes nothing.",
     looks_at_the_interest_list_change_nothing},
    {"refused-controls-change-nothing", "An epoll_ctl that fails changes nothing.",
     refused_controls_change_nothing},
    {"waits-report-what-is-asked-for",
     "A wait reports at most maxevents events, each of an item of the ready list and with bits "
     "that it asks for.",
     waits_report_what_is_asked_for},
    {"waits-leave-items-as-their-mode-says",
     "A reported item is disarmed if ONESHOT, off the ready list if edge-triggered, and else back "
     "in it.",
     waits_leave_items_as_their_mode_says},
};

}  // namespace

std::span<const StepInvariant> step_invariants() { return kInvariants; }

}  // namespace epollcheck
