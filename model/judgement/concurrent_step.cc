// Steps of calls that overlap. See concurrent_step.h.

#include "model/judgement/concurrent_step.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "model/eventpoll/harvest.h"
#include "model/eventpoll/interest_list.h"
#include "model/eventpoll/ready_list.h"
#include "model/eventpoll/wait.h"
#include "model/eventpoll/wait_arguments.h"
#include "model/eventpoll/wake.h"
#include "model/judgement/concurrent_rules.h"
#include "model/judgement/step.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/elapse.h"
#include "model/kinds/file.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {

namespace {

static_assert(kMaxConcurrentThreads == kMaxStrands);

constexpr ItemSet only(int index) { return ItemSet{1} << index; }

bool is_wait(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kIoUringWait:
            return true;
        default:
            return false;
    }
}

/// The wait of one thread.
class Wait {
public:
    Wait(Transition& transition, const ObservedCall& call)
        : transition_(transition),
          world_(transition.world),
          call_(call),
          own_(transition.concurrent->own()),
          progress_(own_.harvest) {}

    StepEnd advance();

private:
    void enter();
    StepEnd look();
    StepEnd sleep_on();
    StepEnd leave_interrupted();
    StepEnd end_asleep();
    StepEnd begin();
    StepEnd go_on();
    StepEnd end();
    StepEnd leave(const Result& answer);
    [[nodiscard]] bool time_passes();
    [[nodiscard]] bool drops_inner_head();
    [[nodiscard]] bool something_is_owed();

    [[nodiscard]] bool saw_events() const {
        return call_.observed.result.kind == ResultKind::kEvents &&
               call_.observed.result.event_count > 0;
    }
    [[nodiscard]] bool saw_interruption() const {
        return call_.observed.result == Result::of_error(error::kEINTR) && !call_.blocked;
    }
    [[nodiscard]] bool looks_once() const { return epollcheck::looks_once(*call_.operation); }
    /// True if its time may be over.
    [[nodiscard]] bool may_time_out() const {
        return !waits_for_ever(*call_.operation) && !call_.blocked && !saw_events();
    }

    Transition& transition_;
    World& world_;
    const ObservedCall& call_;
    CallInProgress& own_;
    HarvestProgress& progress_;
};

StepEnd Wait::advance() {
    switch (own_.phase) {
        case WaitPhase::kOutside:
            enter();
            return look();
        case WaitPhase::kLooking:
            return look();
        case WaitPhase::kHarvests:
            return go_on();
        case WaitPhase::kAsleep:
            return sleep_on();
        case WaitPhase::kWoken:
            return begin();
    }
    return StepEnd::kImpossible;
}

void Wait::enter() {
    const int file = open_file(transition_, call_.operation->fd);
    progress_ = {.instance = static_cast<std::int8_t>(world_.files[file].object),
                 .most = call_.operation->number,
                 .writable = writable_events(transition_, *call_.operation)};
    own_.file = static_cast<std::int8_t>(file);
    own_.by_ring = call_.operation->kind == OperationKind::kIoUringWait;
    ++world_.files[file].references;
    own_.phase = WaitPhase::kLooking;
}

/// Lets what is under way without the program happen. True if that woke somebody.
bool Wait::time_passes() {
    if (is_anything_under_way(world_)) {
        elapse(transition_);
    }
    return own_.wake_count > 0;
}

/// Whether something is there, and else whether it may sleep: no lock is taken (R-F4, R-F8).
StepEnd Wait::look() {
    if (time_passes()) {
        return StepEnd::kGoesOn;
    }
    if (!transition_.exact()) {
        if (call_.blocked || saw_interruption()) {
            own_.phase = WaitPhase::kAsleep;
            return StepEnd::kGoesOn;
        }
        return begin();
    }
    const Instance& instance = world_.instances[progress_.instance];
    ItemSet queued = queued_items(world_, instance.items);
    for (const CallInProgress& other : transition_.concurrent->threads) {
        queued &= ~other.harvest.pending;  // it was taken off the list
    }
    const bool listed = queued != 0;
    const bool scanned = transition_.concurrent->is_locked(progress_.instance);
    note_look(transition_, progress_, listed, scanned);
    if (listed || scanned) {
        const bool may_miss = scanned && !listed && looks_once() && !saw_events() &&
                              !transition_.has(VersionDifference::kV52);
        if (may_miss && transition_.choose(0b11) == 1) {
            transition_.decided_by(Rule::kF7);
            return leave(Result::of_events(0));
        }
        return begin();
    }
    if (looks_once()) {
        return leave(Result::of_events(0));
    }
    if (own_.signalled) {
        return leave_interrupted();
    }
    own_.phase = WaitPhase::kAsleep;
    own_.asleep_since = transition_.concurrent->next_sleeper++;
    return StepEnd::kGoesOn;
}

StepEnd Wait::sleep_on() {
    if (time_passes()) {
        return StepEnd::kGoesOn;
    }
    if (own_.signalled && transition_.exact()) {
        // It looks once more, unless the signal came right before it slept (R-E19).
        return transition_.choose(0b11) == 1 ? leave_interrupted() : begin();
    }
    if (own_.signalled && saw_interruption()) {
        return leave_interrupted();
    }
    if (call_.blocked) {
        return transition_.concurrent->quiescent ? end_asleep() : StepEnd::kImpossible;
    }
    if (may_time_out()) {
        transition_.decided_by(Rule::kE18);
        return leave(Result::of_events(0));
    }
    return StepEnd::kImpossible;  // until somebody wakes it
}

StepEnd Wait::leave_interrupted() {
    transition_.decided_by(Rule::kE19);
    return leave(Result::of_error(error::kEINTR));
}

/// The end of a wait that the harness ended: it was right to sleep if nothing was there (R-F18).
StepEnd Wait::end_asleep() {
    if (!transition_.exact()) {
        return something_is_owed() ? StepEnd::kImpossible : leave(Result::blocked());
    }
    const Result found =
        harvest(transition_, progress_.instance, progress_.most, progress_.writable);
    const bool nothing = found.kind == ResultKind::kEvents && found.event_count == 0;
    transition_.decided_by(Rule::kF18);
    return nothing ? leave(Result::blocked()) : StepEnd::kImpossible;
}

/// Tier contract: somebody must be told of an item that is ready. Who was level triggered and
/// reported once need not be reported to the next thread, too.
bool Wait::something_is_owed() {
    const LookGuard guard(transition_, Look::kPeek);
    bool owed = false;
    for_each_member(world_.instances[progress_.instance].items, [&](int i) {
        const Item& item = world_.items[i];
        const MaskRange ready = file_mask(transition_, item.file, item.events) & item.events;
        owed =
            owed || (item.queued == Queued::kYes && item.cause != Rule::kA9 && ready.surely != 0);
    });
    return owed;
}

StepEnd Wait::begin() {
    begin_harvest(transition_, progress_);
    own_.phase = WaitPhase::kHarvests;
    return StepEnd::kGoesOn;
}

/// The look at an inner instance goes through its ready list item by item, each at an instant of
/// its own: items in front that are not ready may be dropped before the look that decides.
bool Wait::drops_inner_head() {
    if (!transition_.exact()) {
        return false;
    }
    const int head = first_in_order(world_, progress_.pending);
    const OpenFile& file = world_.files[world_.items[head].file];
    if (file.kind != FileKind::kEpoll) {
        return false;
    }
    const ItemSet inner = queued_items(world_, world_.instances[file.object].items);
    if ((inner & (inner - 1)) == 0 || transition_.concurrent->is_locked(file.object)) {
        return false;
    }
    Item& first = world_.items[first_in_order(world_, inner)];
    const LookGuard guard(transition_, Look::kPeek);
    const MaskRange ready = file_mask(transition_, first.file, first.events) & first.events;
    if (ready.surely != 0 || transition_.choose(0b11) == 0) {
        return false;
    }
    dequeue(first, Rule::kB31);
    return true;
}

StepEnd Wait::go_on() {
    const bool exact = transition_.exact();
    const bool over = exact ? progress_.pending == 0 || progress_.count >= progress_.most
                            : progress_.count == call_.observed.result.event_count;
    if (over || progress_.cut) {
        const bool looks_again = !exact && excuse_unready(transition_, progress_);
        return looks_again && transition_.choose(0b11) == 1 ? StepEnd::kGoesOn : end();
    }
    if (drops_inner_head()) {
        return StepEnd::kGoesOn;
    }
    const int before = progress_.count;
    consider_next(transition_, progress_);
    if (progress_.count > before) {
        const auto index = static_cast<std::size_t>(before);
        const bool seen = call_.observed.result.kind == ResultKind::kEvents &&
                          index < call_.observed.events.size() && !call_.blocked &&
                          call_.observed.events[index] == transition_.events().back();
        return seen ? StepEnd::kGoesOn : StepEnd::kImpossible;
    }
    return exact || progress_.cut ? StepEnd::kGoesOn : StepEnd::kImpossible;
}

StepEnd Wait::end() {
    if (!transition_.exact() && !progress_.cut) {
        const int found = progress_.count;
        consider_next(transition_, progress_);  // refutes if an event that had to come is missing
        if (transition_.impossible() || progress_.count != found) {
            return StepEnd::kImpossible;
        }
    }
    const Result found = end_harvest(transition_, progress_);
    if (found.kind != ResultKind::kEvents || found.event_count > 0) {
        return leave(found);
    }
    if (looks_once()) {
        return leave(Result::of_events(0));
    }
    if (!transition_.exact()) {
        return may_time_out() ? leave(Result::of_events(0)) : StepEnd::kImpossible;
    }
    if (may_time_out() && transition_.choose(0b11) == 1) {
        return leave(Result::of_events(0));
    }
    if (own_.signalled) {
        return leave_interrupted();
    }
    own_.phase = WaitPhase::kLooking;
    return StepEnd::kGoesOn;
}

/// The wait returns; how much too early is not looked at here (R-E4 is about single calls).
StepEnd Wait::leave(const Result& answer) {
    const Result& seen = call_.observed.result;
    const bool same = call_.blocked ? answer.kind == ResultKind::kBlocked
                                    : answer.kind == seen.kind && answer.value == seen.value &&
                                          answer.event_count == seen.event_count;
    if (!same) {
        return StepEnd::kImpossible;
    }
    if (seen.event_count > 0) {
        note_report(transition_, progress_);
    }
    const int file = own_.file;
    own_.phase = WaitPhase::kOutside;
    own_.file = -1;
    progress_ = {};
    own_.changed = true;
    if (--world_.files[file].references == 0) {
        release_file(transition_, file);
    }
    return StepEnd::kDone;
}

/// The files that only the second process has open, as a set.
std::uint64_t private_files(const World& world) {
    const SlotTable& table = world.tables[world.table_of[1]];
    std::uint64_t files = 0;
    for_each_member(world.table_of[1] == world.table_of[0] ? 0 : table.open, [&](int slot) {
        int own = 0;
        for_each_member(table.open, [&](int i) { own += table.files[i] == table.files[slot]; });
        const bool is_private = world.files[table.files[slot]].references == own;
        files |= std::uint64_t{is_private} << table.files[slot];
    });
    return files;
}

/// The file whose last reference the call drops, if that file has items; else -1.
int last_reference(Transition& transition, const Operation& operation) {
    const World& world = transition.world;
    if (world.table_of[operation.process] < 0) {
        return -1;
    }
    if (operation.kind == OperationKind::kExit && operation.process != 0) {
        const std::uint64_t files = private_files(world);
        const int file = files == 0 ? -1 : std::countr_zero(files);
        return file >= 0 && world.files[file].items != 0 ? file : -1;
    }
    const bool replaces =
        operation.kind == OperationKind::kDup2 || operation.kind == OperationKind::kDup3;
    if (operation.kind != OperationKind::kClose && !replaces) {
        return -1;
    }
    const int kept = replaces ? file_of(transition, operation.fd) : -1;
    const int file = file_of(transition, replaces ? operation.other_fd : operation.fd);
    const bool drops = file >= 0 && (!replaces || kept >= 0) && kept != file &&
                       world.files[file].references == 1 && world.files[file].items != 0;
    return drops ? file : -1;
}

/// Removes one of the items of a file that goes.
void remove_first_item(Transition& transition, int file) {
    World& world = transition.world;
    const int item = std::countr_zero(world.files[file].items);
    transition.lock(world.items[item].instance);
    remove_item(world, item);
}

/// A harvest holds the file that it polls. Where that is the last reference, the file goes when the
/// call of the harvest is over, and the close that came in between did not let it go (R-B41).
bool hands_over(Transition& transition, int file) {
    for (CallInProgress& other : transition.concurrent->threads) {
        const bool polls = &other != &transition.concurrent->own() &&
                           other.phase == WaitPhase::kHarvests && other.late < 0;
        if (polls && transition.choose(0b11) == 1) {
            other.late = static_cast<std::int8_t>(file);
            ++transition.world.files[file].references;
            transition.decided_by(Rule::kB41);
            return true;
        }
    }
    return false;
}

/// Lets the file go that a harvest was the last to hold, in steps as a close does.
StepEnd let_late_file_go(Transition& transition) {
    CallInProgress& own = transition.concurrent->own();
    if (transition.world.files[own.late].items != 0) {
        remove_first_item(transition, own.late);
        return StepEnd::kGoesOn;
    }
    const int file = std::exchange(own.late, std::int8_t{-1});
    if (--transition.world.files[file].references == 0) {
        release_file(transition, file);
    }
    return StepEnd::kDone;
}

/// A signal comes to a thread. Between two calls its handler runs, unless the next call begins
/// before the processor of the thread has heard of it.
void interrupt(Transition& transition, int thread) {
    CallInProgress& other = transition.concurrent->threads[thread % kMaxStrands];
    other.signalled =
        other.signalled || other.phase != WaitPhase::kOutside || transition.choose(0b11) == 1;
}

/// True if the call lets several files go, one after the other, while others look on.
bool lets_several_go(const World& world, const ObservedCall& call) {
    return call.operation->kind == OperationKind::kExit && !call.alone && world.table_of[1] >= 0 &&
           std::popcount(private_files(world)) > 1;
}

StepEnd advance_other(Transition& transition, const ObservedCall& call) {
    if (lets_several_go(transition.world, call)) {
        transition.give_up("the end of a process lets several files go beside other calls");
        return StepEnd::kImpossible;
    }
    const int file = last_reference(transition, *call.operation);
    if (file >= 0 && !hands_over(transition, file)) {
        remove_first_item(transition, file);
        return StepEnd::kGoesOn;
    }
    if (call.blocked && !transition.concurrent->quiescent) {
        return StepEnd::kImpossible;
    }
    if (call.operation->kind == OperationKind::kInterrupt) {
        interrupt(transition, named_strand(*call.operation));
    }
    const Result result = apply(transition, *call.operation);
    note_call(transition, *call.operation, result);
    const bool same = call.blocked ? result.kind == ResultKind::kBlocked
                                   : same_answer({result, transition.events()}, call.observed);
    transition.concurrent->own().changed = true;
    return same ? StepEnd::kDone : StepEnd::kImpossible;
}

/// True if the arguments of a wait are right, so that it looks at the instance.
bool can_wait(Transition& transition, const Operation& operation) {
    return is_wait(operation) && transition.world.table_of[operation.process] >= 0 &&
           !refuses_arguments(transition, operation);
}

/// Forgets what waits for items that are gone.
void forget_removed(const World& world, ConcurrentState& calls) {
    const auto is_gone = [&](int item) { return (world.used_items & only(item)) == 0; };
    for (CallInProgress& thread : calls.threads) {
        PendingWake* const end =
            std::remove_if(thread.wakes, thread.wakes + thread.wake_count,
                           [&](const PendingWake& wake) { return is_gone(wake.item); });
        thread.wake_count = static_cast<std::uint8_t>(end - thread.wakes);
        for (int i = 0; i < thread.open_count; ++i) {
            thread.open[i].known &= world.used_items;
        }
        thread.harvest.pending &= world.used_items;
        thread.harvest.taken &= world.used_items;
        thread.harvest.owed &= world.used_items;
        thread.harvest.delivered &= world.used_items;
        thread.harvest.served &= world.used_items;
        thread.harvest.passed_over &= world.used_items;
    }
    Scans& scans = calls.scans;
    Scans::Kept* const end =
        std::remove_if(scans.kept, scans.kept + scans.kept_count,
                       [&](const Scans::Kept& kept) { return is_gone(kept.item); });
    scans.kept_count = static_cast<int>(end - scans.kept);
}

StepEnd take_step(Transition& transition, const ObservedCall& call) {
    CallInProgress& own = transition.concurrent->own();
    if (own.open_count > 0 && (own.wake_count == 0 || transition.choose(0b11) == 1)) {
        close_walk(transition);
        return own.changed ? StepEnd::kDone : StepEnd::kGoesOn;
    }
    if (own.wake_count > 0) {
        note_wake(transition);
        deliver_wake(transition);
        return own.changed ? StepEnd::kDone : StepEnd::kGoesOn;
    }
    if (own.changed) {
        // Either the items that its last wake-ups were for are gone, or a file is left to let go.
        return own.late < 0 ? StepEnd::kDone : let_late_file_go(transition);
    }
    if (own.phase == WaitPhase::kOutside && !can_wait(transition, *call.operation)) {
        return advance_other(transition, call);
    }
    return Wait(transition, call).advance();
}

/// What the strand is in that an await is about.
const CallInProgress& awaited(const ConcurrentState& calls, const Operation& operation) {
    return calls.threads[named_strand(operation) % kMaxStrands];
}

/// True if that sleeps in a wait, or in the middle of a harvest.
bool sees_sleeper(const ConcurrentState& calls, const Operation& operation) {
    const CallInProgress& thread = awaited(calls, operation);
    return thread.phase == WaitPhase::kAsleep ||
           (thread.phase == WaitPhase::kHarvests && thread.harvest.count > 0);
}

}  // namespace

StepEnd advance(Transition& transition, const ObservedCall& call) {
    ConcurrentState& calls = *transition.concurrent;
    if (call.saw_sleeper && transition.exact() && !sees_sleeper(calls, *call.operation)) {
        return StepEnd::kImpossible;
    }
    const bool saw_harvest =
        call.saw_sleeper && awaited(calls, *call.operation).phase == WaitPhase::kHarvests;
    transition.process = call.operation->process;
    transition.decided_by_if(saw_harvest, Rule::kF1);
    calls.quiescent = calls.quiescent && call.blocked;
    transition.scans = calls.scans;
    calls.own().leaves_walks_open = call.beside_add;
    StepEnd end = take_step(transition, call);
    calls.scans = transition.scans;
    if (transition.impossible() || transition.gave_up() != nullptr) {
        return StepEnd::kImpossible;
    }
    forget_removed(transition.world, calls);
    CallInProgress& own = calls.own();
    if (end == StepEnd::kDone && (own.wake_count > 0 || own.open_count > 0 || own.late >= 0)) {
        end = StepEnd::kGoesOn;
    }
    if (end == StepEnd::kDone) {
        own.changed = false;
        own.signalled = false;
    }
    if (!transition.exact()) {
        note_fallen_bits(transition);
    }
    return end;
}

StepEnd note_quiescence(Transition& transition) {
    ConcurrentState& calls = *transition.concurrent;
    const bool quiet = std::ranges::all_of(calls.threads, [](const CallInProgress& thread) {
        return thread.wake_count == 0 && thread.open_count == 0 &&
               (thread.phase == WaitPhase::kOutside || thread.phase == WaitPhase::kAsleep);
    });
    calls.quiescent = true;
    return quiet ? StepEnd::kDone : StepEnd::kImpossible;
}

WorldKey concurrent_key(const ConcurrentWorld& state, int handle_count) {
    const WorldKey world = world_key(state.world, handle_count);
    KeyMixer mixer;
    mixer.add(world.low);
    mixer.add(world.high);
    const Item* items = state.world.items;
    const auto add_item = [&](int index) {
        // Its place in an array is no property of it; its key and its data are.
        mixer.add(items[index].data);
        mixer.add(static_cast<std::uint64_t>(items[index].slot) << 8 |
                  static_cast<std::uint8_t>(items[index].instance));
    };
    const auto add_items = [&](ItemSet set) {
        std::uint64_t sum = 0;  // in no order
        for_each_member(set, [&](int i) {
            KeyMixer member;
            member.add(items[i].data);
            member.add(static_cast<std::uint64_t>(items[i].slot));
            sum += member.key().low;
        });
        mixer.add(sum);
    };
    for (const CallInProgress& thread : state.calls.threads) {
        mixer.add(static_cast<std::uint64_t>(thread.signalled) << 41 |
                  static_cast<std::uint64_t>(thread.late >= 0) << 40 |
                  static_cast<std::uint64_t>(thread.phase) << 32 |
                  static_cast<std::uint64_t>(thread.changed) << 24 | thread.wake_count);
        for (int i = 0; i < thread.wake_count; ++i) {
            add_item(thread.wakes[i].item);
            mixer.add(static_cast<std::uint64_t>(thread.wakes[i].key) << 8 |
                      static_cast<std::uint64_t>(thread.wakes[i].force));
        }
        for (int i = 0; i < thread.open_count; ++i) {
            mixer.add(static_cast<std::uint64_t>(thread.open[i].queue) << 32 | thread.open[i].key);
            add_items(thread.open[i].known);
        }
        if (thread.phase == WaitPhase::kOutside) {
            continue;
        }
        int newer = 0;  // of those that sleep, how many came later
        for (const CallInProgress& other : state.calls.threads) {
            newer += other.phase == WaitPhase::kAsleep && other.asleep_since > thread.asleep_since
                         ? 1
                         : 0;
        }
        mixer.add(thread.phase == WaitPhase::kAsleep ? static_cast<std::uint64_t>(newer) : 99);
        mixer.add(static_cast<std::uint64_t>(thread.harvest.count) << 8 |
                  static_cast<std::uint8_t>(thread.harvest.cut));
        add_items(thread.harvest.pending);
        add_items(thread.harvest.taken);
        add_items(thread.harvest.delivered);
        add_items(thread.harvest.owed);
        add_items(thread.harvest.served);
        add_items(thread.harvest.passed_over);
    }
    mixer.add(state.calls.scans.scanned);
    mixer.add(static_cast<std::uint64_t>(state.calls.quiescent));
    for (int i = 0; i < state.calls.scans.kept_count; ++i) {
        add_item(state.calls.scans.kept[i].item);
        mixer.add(static_cast<std::uint64_t>(state.calls.scans.kept[i].definite));
    }
    return mixer.key();
}

}  // namespace epollcheck
