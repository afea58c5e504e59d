// poll and select. See poll_calls.h.
//
// Both ask the poll method of the file, as epoll does; select(2) says which bits of poll make up
// its three sets. Source: fs/select.c (POLLIN_SET, POLLOUT_SET, POLLEX_SET).

#include "model/kinds/poll_calls.h"

#include <bit>

#include "model/eventpoll/signals.h"
#include "model/eventpoll/wait_arguments.h"
#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"
#include "model/vocabulary/operation_table.h"
#include "model/world/manual_error.h"

namespace epollcheck {

namespace {

constexpr EventMask kPollMask = 0xffff;  // pollfd::events is 16 bits wide

constexpr EventMask kReadBits =
    event::kReadable | event::kRdband | event::kHup | event::kErr | event::kNval;
constexpr EventMask kWriteBits = event::kWritable | event::kWrband | event::kErr | event::kNval;
constexpr EventMask kExceptBits = event::kPri | event::kNval;
constexpr EventMask kSets = event::kIn | event::kOut | event::kPri;  // as operations name them

EventMask sets_of(EventMask mask) {
    return ((mask & kReadBits) != 0 ? event::kIn : 0) |
           ((mask & kWriteBits) != 0 ? event::kOut : 0) |
           ((mask & kExceptBits) != 0 ? event::kPri : 0);
}

/// The bits that count for select: all but those that a defect hides.
EventMask visible_to_select(const Transition& transition) {
    return ~((transition.has(Defect::kSelectHidesHup) ? event::kHup : 0) |
             (transition.has(Defect::kSelectHidesErr) ? event::kErr : 0));
}

/// What a look at `file` for `requested` gives.
MaskRange look_at(Transition& transition, int index, EventMask requested) {
    const MaskRange range = file_mask(transition, index, requested) & requested;
    const OpenFile& file = transition.world.files[index];
    if (file.kind == FileKind::kEpoll && range.possibly != 0 && !transition.enforces(Rule::kC42)) {
        wake_pollers(transition, transition.world.instances[file.object], false);  // R-C43
    }
    if (file.kind == FileKind::kEpoll && range.possibly != 0 &&
        transition.has(Defect::kPollWakesOuter)) {
        wake_pollers(transition, transition.world.instances[file.object], true);
    }
    transition.decided_by(Rule::kC13a);
    return range;
}

/// The answer where a tier leaves it open within `range`.
EventMask answer_within(Transition& transition, const MaskRange& range) {
    if (range.surely == range.possibly) {
        return range.surely;
    }
    if (transition.observed != nullptr) {
        // A mask of 0 is not always the value 0: the call may wait, or be interrupted.
        const Result& result = transition.observed->result;
        const EventMask seen =
            result.kind == ResultKind::kValue ? static_cast<EventMask>(result.value) : 0;
        const bool fits = (range.surely & ~seen) == 0 && (seen & ~range.possibly) == 0;
        return fits ? seen : range.surely;
    }
    if (std::popcount(range.surely ^ range.possibly) > 1) {
        transition.leave_out_answers();  // the masks between the two
    }
    return transition.choose(0b11) == 1 ? range.surely : range.possibly;
}

bool takes_timespec(const Operation& operation) {
    return operation.kind == OperationKind::kPpoll || operation.kind == OperationKind::kPselect;
}

/// What a call answers that found `ready`. Unlike epoll_wait, these calls look at signals even with
/// time-out 0.
Result conclude(Transition& transition, const Operation& operation, EventMask ready) {
    if (ready != 0) {
        return Result::of_value(ready);
    }
    if (deliverable_signals(transition, operation) != 0 &&
        !transition.has(Defect::kPpollIgnoresSignals)) {
        transition.decided_by(Rule::kC13d);
        if (looks_once(operation) && transition.has(Defect::kPpollZeroSkipsSignals)) {
            return Result::of_value(0);
        }
        const bool may_overlook = looks_once(operation) && !transition.enforces(Rule::kC13d);
        if (!may_overlook || transition.choose(0b11) == 0) {
            return interrupt(transition, operation);
        }
    }
    if (takes_timespec(operation) && waits_for_ever(operation)) {
        transition.decided_by(Rule::kB32);
        return Result::blocked();
    }
    return Result::of_value(0);
}

ErrorList argument_errors(Transition& transition, const Operation& operation) {
    ErrorList errors;
    check_timespec(transition, operation, Rule::kC13d, errors);
    check_signal_mask(transition, operation, Rule::kC13d, errors);
    return errors;
}

/// True for a number below 0, which poll skips and which no set can hold.
bool is_negative(Transition& transition, const Descriptor& descriptor) {
    return descriptor.handle >= 0 ? slot_of(transition, descriptor) < 0 : descriptor.number < 0;
}

Result poll_once(Transition& transition, const Operation& operation) {
    const ErrorList errors = argument_errors(transition, operation);
    if (errors.any()) {
        return transition.fail(errors);
    }
    if (is_negative(transition, operation.fd)) {
        return conclude(transition, operation,
                        transition.has(Defect::kPollOfNegativeInvalid) ? event::kNval : 0);
    }
    const int index = open_file(transition, operation.fd);
    if (index < 0) {
        transition.decided_by(Rule::kC13b);
        return Result::of_value(transition.has(Defect::kPollOfClosedSilent) ? 0 : event::kNval);
    }
    const EventMask filter = (operation.flags & kPollMask) | event::kAlways;
    const MaskRange range = look_at(transition, index, filter);
    return conclude(transition, operation, answer_within(transition, range));
}

/// True if a number that is not open is beyond the descriptor table. A table that is a copy (of
/// fork or unshare) has room for what was open, which a number of the other process may exceed; how
/// much room that is depends on numbers that a world does not know (dup_fd() of fs/file.c).
bool is_beyond_table(Transition& transition) {
    const World& world = transition.world;
    const bool is_copy = world.table_of[transition.process] != 0 || world.table_of[0] != 0;
    if (!is_copy) {
        return false;
    }
    if (transition.observed == nullptr) {
        return transition.choose(0b11) == 1;
    }
    const Result& result = transition.observed->result;
    return result.kind != ResultKind::kError || result.value != error::kEBADF;
}

Result select_once(Transition& transition, const Operation& operation) {
    const ErrorList errors = argument_errors(transition, operation);
    if (errors.any()) {
        return transition.fail(errors);
    }
    const EventMask sets = operation.flags & kSets;
    // A number beyond the descriptor table is in none of the sets that the kernel looks at.
    const bool in_no_set = sets == 0 || is_negative(transition, operation.fd) ||
                           (operation.fd.handle < 0 && slot_of(transition, operation.fd) < 0);
    if (in_no_set) {
        // select(2): POSIX has EBADF for it.
        if (sets != 0 && !is_negative(transition, operation.fd) &&
            may_fail(transition, error::kEBADF, Rule::kC13c)) {
            return transition.fail(error::kEBADF, Rule::kC13c);
        }
        return conclude(transition, operation, 0);
    }
    transition.decided_by(Rule::kC13c);
    const int index = file_of(transition, operation.fd);
    if (index < 0 && is_beyond_table(transition)) {
        return conclude(transition, operation, 0);
    }
    if (index < 0) {
        return transition.has(Defect::kSelectOfClosedSilent)
                   ? Result::of_value(0)
                   : transition.fail(error::kEBADF, Rule::kC13c);
    }
    if (open_file(transition, operation.fd) < 0 && transition.has(Defect::kSelectPathIsBad)) {
        return transition.fail(error::kEBADF, Rule::kC13c);
    }
    if (open_file(transition, operation.fd) < 0) {
        return Result::of_value(sets);  // O_PATH: NVAL, which is in all three
    }
    const EventMask requested = kExceptBits | ((sets & event::kIn) != 0 ? kReadBits : 0) |
                                ((sets & event::kOut) != 0 ? kWriteBits : 0);
    const MaskRange range = look_at(transition, index, requested);
    const MaskRange seen = range & visible_to_select(transition);
    const MaskRange in_sets{sets_of(seen.surely) & sets, sets_of(seen.possibly) & sets};
    return conclude(transition, operation, answer_within(transition, in_sets));
}

/// How often a call looks that finds nothing: before it waits, and when its time is over. One that
/// waits for ever does so at each of the executor's ticks. A look may take news from the file.
int looks_of(const Operation& operation) {
    constexpr int kTicks = 3;
    if (!takes_timespec(operation) || looks_once(operation)) {
        return 1;
    }
    return waits_for_ever(operation) ? 2 * kTicks : 2;
}

/// The answer of a call that looks with `look`.
Result look_and_wait(Transition& transition, const Operation& operation,
                     Result (*look)(Transition&, const Operation&)) {
    const auto& signals = transition.world.signals;
    const bool any_watches = signals[0].waiters.first >= 0 || signals[1].waiters.first >= 0;
    Result result = look(transition, operation);
    for (int i = 1; i < looks_of(operation); ++i) {
        const bool is_blocked = result.kind == ResultKind::kBlocked;
        if (!is_blocked && result != Result::of_value(0)) {
            break;
        }
        if (is_blocked && any_watches && i % 2 != 0) {
            wake_by_tick(transition);
        }
        result = look(transition, operation);
    }
    return result;
}

}  // namespace

Result poll_descriptor(Transition& transition, const Operation& operation) {
    return look_and_wait(transition, operation, poll_once);
}

Result select_descriptor(Transition& transition, const Operation& operation) {
    return look_and_wait(transition, operation, select_once);
}

}  // namespace epollcheck
