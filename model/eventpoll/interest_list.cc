// The interest list. See interest_list.h.

#include "model/eventpoll/interest_list.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "model/eventpoll/nesting.h"
#include "model/eventpoll/ready_list.h"
#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr EventMask kUnknownBits = 0x0fffd800;  // those that no kind of file has a use for

/// What a call to epoll_ctl is about, once its arguments are resolved.
struct Control {
    std::int32_t operation = 0;
    int file = -1;      // target
    int slot = -1;      // target's descriptor
    int instance = -1;  // -1: epfd is no epoll file
    int item = -1;      // registered under this key, or -1
    EventMask events = 0;
    std::uint64_t data = 0;
};

int find_item(const Transition& transition, int instance, int file, int slot) {
    const World& world = transition.world;
    ItemSet items = world.instances[instance].items;
    items &= transition.has(Defect::kKeyIsNumber) ? ~ItemSet{0} : world.files[file].items;
    int found = -1;
    for_each_member(items, [&](int i) {
        if (world.items[i].slot == slot || transition.has(Defect::kKeyIsFile)) {
            found = i;
        }
    });
    return found;
}

void check_exclusive(const Transition& transition, const Control& call, ErrorList& errors) {
    if (call.operation == kCtlDel || (call.events & event::kExclusive) == 0) {
        return;
    }
    const bool target_is_epoll = transition.world.files[call.file].kind == FileKind::kEpoll &&
                                 !transition.has(Defect::kExclusiveOnInstance);
    EventMask companions = event::kExclusiveCompanions;
    companions |= transition.has(Defect::kExclusiveAnyCompanion) ? ~EventMask{0} : 0;
    companions &= ~(transition.has(Defect::kExclusiveEdgeRefused) ? event::kEdge : 0);
    const bool bad_companion = (call.events & ~companions) != 0;
    if ((call.operation == kCtlMod && !transition.has(Defect::kExclusiveWithMod)) ||
        (call.operation == kCtlAdd && (target_is_epoll || bad_companion))) {
        errors.add(error::kEINVAL, Rule::kC29);
    }
}

void check_nesting(const Transition& transition, const Control& call, ErrorList& errors) {
    const OpenFile& target = transition.world.files[call.file];
    if (call.operation != kCtlAdd || target.kind != FileKind::kEpoll) {
        return;
    }
    if (reaches(transition.world, target.object, call.instance)) {
        const bool found = !transition.has(Defect::kLongCycleMissed) ||
                           reaches_directly(transition.world, target.object, call.instance);
        if (found) {
            const bool invalid = transition.has(Defect::kLoopIsInvalid);
            errors.add(invalid ? error::kEINVAL : error::kELOOP, Rule::kA21);
        }
    } else if (too_deep(transition, call.instance, target.object)) {
        errors.add(error::kELOOP,
                   transition.has(VersionDifference::kV49) ? Rule::kA22 : Rule::kA23);
        if (!transition.enforces(Rule::kA23)) {
            errors.add(error::kEINVAL, Rule::kA23);  // N-15
        }
    }
}

bool is_known(std::int32_t operation) {
    return operation == kCtlAdd || operation == kCtlMod || operation == kCtlDel;
}

void check_key(Transition& transition, const Control& call, ErrorList& errors) {
    const bool present = call.item >= 0;
    if (call.operation == kCtlAdd && present && !transition.has(Defect::kExistsReplaces)) {
        errors.add(error::kEEXIST, Rule::kA3);
    } else if (!present &&
               ((call.operation == kCtlMod && !transition.has(Defect::kModAddsMissing)) ||
                (call.operation == kCtlDel && !transition.has(Defect::kDelOfMissingSucceeds)))) {
        const World& world = transition.world;
        const ItemSet elsewhere =
            world.instances[call.instance].items & world.files[call.file].items;
        transition.decided_by_if(elsewhere != 0, Rule::kB20);
        errors.add(error::kENOENT, Rule::kA3);
    } else if (!is_known(call.operation) && !transition.has(Defect::kUnknownOperationSucceeds)) {
        errors.add(error::kEINVAL, Rule::kB4);
    }
    if (call.operation == kCtlMod && present && !transition.has(Defect::kExclusiveModified) &&
        (transition.world.items[call.item].events & event::kExclusive) != 0) {
        errors.add(error::kEINVAL, Rule::kC29);
    }
}

/// The limit of the account that made the instance (R-A17 to R-A19). Which error wins where several
/// apply is in R-B5.
void check_watch_limit(Transition& transition, const Control& call, ErrorList& errors) {
    const World& world = transition.world;
    if (call.operation != kCtlAdd || !world.instances[call.instance].limited) {
        return;
    }
    transition.decided_by_if(world.files[call.file].kind == FileKind::kEpoll, Rule::kA19);
    int watches = 0;
    for (const Instance& instance : world.instances) {
        watches += instance.limited ? std::popcount(instance.items) : 0;
    }
    const int limit = world.watch_limit - (transition.has(Defect::kWatchLimitOffByOne) ? 1 : 0);
    if (watches >= limit && !transition.has(Defect::kWatchLimitIgnored)) {
        errors.add(error::kENOSPC, Rule::kA18);
    }
}

/// What defects take exception to that Linux does not check.
void check_more(const Transition& transition, const Control& call, ErrorList& errors) {
    const OpenFile& target = transition.world.files[call.file];
    if (call.operation == kCtlDel) {
        return;
    }
    if ((transition.has(Defect::kUnknownBitsRefused) && (call.events & kUnknownBits) != 0) ||
        (transition.has(Defect::kEmptyMaskRefused) && call.events == 0)) {
        errors.add(error::kEINVAL, Rule::kB8);
    }
    if (transition.has(Defect::kUnconnectedRefused) && target.kind == FileKind::kSocket &&
        transition.world.sockets[target.object].state == SocketState::kClosed) {
        errors.add(error::kEPERM, Rule::kB7);
    }
}

/// Puts another error in front where a defect has another order of checks.
void misorder(const Transition& transition, ErrorList& errors) {
    if (errors.count() < 2) {
        return;
    }
    const int first = errors.error(0);
    const bool exclusive = errors.rule(0) == Rule::kC29;
    const bool own_file = first == error::kEINVAL && errors.rule(0) == Rule::kA21;
    if (first == error::kEFAULT && transition.has(Defect::kDescriptorsBeforeFault)) {
        errors.promote(error::kEBADF);
    } else if (first == error::kEPERM && transition.has(Defect::kInstanceBeforePermission)) {
        errors.promote(error::kEINVAL);
    } else if ((first == error::kEPERM && transition.has(Defect::kLookupBeforePermission)) ||
               (own_file && transition.has(Defect::kLookupBeforeOwnFile))) {
        errors.promote(error::kENOENT);
    } else if (exclusive && transition.has(Defect::kLookupBeforeExclusive)) {
        errors.promote(error::kENOENT);
        errors.promote(error::kEEXIST);
    } else if (exclusive && transition.has(Defect::kNestingBeforeExclusive)) {
        errors.promote(error::kELOOP);
    }
}

/// True if the call reads its event argument.
bool reads_event(const Transition& transition, std::int32_t operation) {
    return (operation != kCtlDel || transition.has(Defect::kDelNeedsEvent)) &&
           (is_known(operation) || !transition.has(Defect::kUnknownOperationReadsNothing));
}

void check_target(Transition& transition, int file, ErrorList& errors) {
    const OpenFile& target = transition.world.files[file];
    if (has_poll(target)) {
        transition.decided_by_if(target.kind == FileKind::kSocket, Rule::kB7);
        return;
    }
    const bool promised = target.kind == FileKind::kRegular || target.kind == FileKind::kDirectory;
    if (!transition.has(promised ? Defect::kRegularFileAccepted : Defect::kDeviceAccepted)) {
        errors.add(error::kEPERM, promised ? Rule::kB6 : Rule::kB6a);
    }
}

/// The error of a descriptor that is not open.
int bad_descriptor(Transition& transition, const Descriptor& descriptor) {
    const int slot = slot_of(transition, descriptor);
    const bool path_only = transition.table().is_open(slot);
    return path_only && transition.has(Defect::kPathOnlyNotSupported) ? error::kEPERM
                                                                      : error::kEBADF;
}

/// Resolves the arguments and collects the errors that apply, in the order of R-B4.
Control resolve(Transition& transition, const Operation& operation, ErrorList& errors) {
    const World& world = transition.world;
    Control call{.operation = operation.number, .events = operation.flags, .data = operation.value};
    if (operation.pointer != Pointer::kGood && reads_event(transition, operation.number)) {
        errors.add(error::kEFAULT, Rule::kB4);
    }
    const int ep_file = open_file(transition, operation.fd);
    call.file = open_file(transition, operation.other_fd);
    call.slot = slot_of(transition, operation.other_fd);
    if (ep_file < 0 || call.file < 0) {
        const Descriptor& bad = ep_file < 0 ? operation.fd : operation.other_fd;
        errors.add(bad_descriptor(transition, bad), Rule::kB4);
    }
    if (call.file >= 0) {
        check_target(transition, call.file, errors);
    }
    const bool is_epoll = ep_file >= 0 && world.files[ep_file].kind == FileKind::kEpoll;
    if (ep_file < 0 || call.file < 0) {
        if ((ep_file >= 0 && !is_epoll) || !is_known(call.operation)) {
            errors.add(error::kEINVAL, Rule::kB4);
        }
        return call;
    }
    if (ep_file == call.file || !is_epoll) {
        const int own_error =
            transition.has(Defect::kSelfIsLoop) && is_epoll ? error::kELOOP : error::kEINVAL;
        const int other_error =
            transition.has(Defect::kNotEpollIsBadDescriptor) ? error::kEBADF : error::kEINVAL;
        errors.add(ep_file == call.file ? own_error : other_error,
                   ep_file == call.file ? Rule::kA21 : Rule::kB4);
    }
    if (!is_epoll) {
        return call;
    }
    call.instance = world.files[ep_file].object;
    call.item = find_item(transition, call.instance, call.file, call.slot);
    transition.decided_by_if((call.events & event::kWakeup) != 0, Rule::kC33);
    if (transition.settings.calibration->keeps_wakeup == transition.has(Defect::kWakeupStored)) {
        call.events &= ~event::kWakeup;
    }
    check_exclusive(transition, call, errors);
    if (!transition.sound()) {
        check_more(transition, call, errors);
    }
    if (ep_file != call.file) {
        check_nesting(transition, call, errors);
    }
    check_key(transition, call, errors);
    check_watch_limit(transition, call, errors);
    return call;
}

/// What ADD and MOD do once the mask is stored: poll the file once and queue the item if it is
/// ready.
void poll_and_queue(Transition& transition, Item& item, bool promised, Rule rule) {
    const bool adds = rule == Rule::kB10;
    if (transition.has(adds ? Defect::kAddDoesNotPoll : Defect::kModDoesNotPoll)) {
        return;
    }
    const MaskRange ready = file_mask(transition, item.file, item.events) & item.events;
    if (ready.possibly == 0) {
        if (transition.has(Defect::kModDropsUnready)) {
            dequeue(item, Rule::kB15);
        }
        return;
    }
    const bool level = (item.events & event::kEdge) == 0;
    const bool news = (ready.surely & ~item.not_fallen) != 0;
    const bool definite = ready.surely != 0 && (promised || level || news);
    if (item.queued == Queued::kYes) {
        if (transition.has(Defect::kModWakesThoughQueued)) {
            wake_pollers(transition, transition.world.instances[item.instance], definite);
        }
        transition.decided_by(Rule::kA10);
        return;  // place kept, and nobody is woken (R-B13)
    }
    transition.decided_by(rule);
    transition.decided_by_if(adds && !level, Rule::kC22);
    transition.start_rank_group();
    enqueue(transition, item, definite, rule);
    transition.decided_by_if(wake_waiter(transition, item.instance) && adds, Rule::kB12);
    if (!transition.has(adds ? Defect::kAddDoesNotWakeOuter : Defect::kModDoesNotWakeOuter)) {
        wake_pollers(transition, transition.world.instances[item.instance], definite);
    }
}

/// The interest that ADD or MOD stores for `events`: ERR and HUP are part of it (R-C34).
EventMask armed(Transition& transition, EventMask events, bool adds) {
    const bool empty = (events & ~event::kPrivate) == 0;
    transition.decided_by(Rule::kC34);
    transition.decided_by_if(empty && !adds, Rule::kC27);
    transition.decided_by_if(empty || (events & kUnknownBits) != 0, Rule::kB8);
    if (transition.sound()) {
        return events | event::kAlways;
    }
    EventMask always = event::kAlways;
    if (transition.has(adds ? Defect::kErrHupOnlyAtMod : Defect::kErrHupOnlyAtAdd) ||
        (transition.has(Defect::kEmptyMaskDisables) && empty)) {
        always = 0;
    }
    always &= transition.has(Defect::kErrOnlyIfRequested) ? ~event::kErr : ~EventMask{0};
    always &= transition.has(Defect::kHupOnlyIfRequested) ? ~event::kHup : ~EventMask{0};
    always |= transition.has(Defect::kRdhupAlways) ? event::kRdhup : 0;
    return (events & ~(transition.has(Defect::kUnknownBitsDropped) ? kUnknownBits : 0)) | always;
}

void attach_item(Transition& transition, int index) {
    if (!takes_waiters(transition.world,
                       transition.world.files[transition.world.items[index].file])) {
        transition.decided_by(Rule::kD81);
        return;
    }
    const int process = transition.has(Defect::kSignalItemsOfFirstProcess) ? 0 : transition.process;
    const int file = transition.world.items[index].file;
    const WaitQueues queues = wait_queues(transition.world, file, process);
    transition.decided_by_if(transition.world.files[file].kind == FileKind::kSignalfd, Rule::kD70);
    for (int entry = 0; entry < 2; ++entry) {
        if (queues.entry[entry] != nullptr) {
            attach(transition, *queues.entry[entry], entry, index);
        }
    }
}

void detach_item(World& world, int index) {
    const int file = world.items[index].file;
    const bool of_process = world.files[file].kind == FileKind::kSignalfd;
    for (int process = 0; process < (of_process ? kMaxProcesses : 1); ++process) {
        const WaitQueues queues = wait_queues(world, file, process);
        for (int entry = 0; entry < 2; ++entry) {
            if (queues.entry[entry] != nullptr) {
                detach(world, *queues.entry[entry], entry, index);
            }
        }
    }
}

Result add(Transition& transition, const Control& call) {
    World& world = transition.world;
    const int index = std::countr_one(world.used_items);
    if (index >= kMaxItems) {
        return transition.give_up("more items than the model has room for");
    }
    const ItemSet self = ItemSet{1} << index;
    Item& item = world.items[index];
    item = Item{};
    item.data = call.data;
    item.events = armed(transition, call.events, true);
    item.file = static_cast<std::int8_t>(call.file);
    item.slot = static_cast<std::int8_t>(call.slot);
    item.instance = static_cast<std::int8_t>(call.instance);
    world.used_items |= self;
    world.files[call.file].items |= self;
    world.instances[call.instance].items |= self;
    attach_item(transition, index);
    ErrorList paths;
    paths.add(error::kEINVAL, Rule::kA24);
    const bool checked = checks_paths(transition, call.instance, call.file);
    transition.decided_by(checked ? Rule::kA24 : Rule::kA25);
    if (checked && too_many_paths(transition, call.file) && !transition.overlooks(paths)) {
        remove_item(world, index);
        return transition.fail(paths);
    }
    transition.decided_by(Rule::kA5);
    transition.decided_by_if((world.files[call.file].items & ~self) != 0, Rule::kA3a);
    for_each_member(world.instances[call.instance].items, [&](int i) {
        const Item& other = world.items[i];
        transition.decided_by_if(other.slot == item.slot && other.file != item.file, Rule::kB43);
    });
    poll_and_queue(transition, item, true, Rule::kB10);
    return Result::of_value(0);
}

/// What defects do to an item that MOD has changed. `old` is the item before. True if MOD ends
/// here.
bool corrupt_modified(Transition& transition, const Control& call, Item& item, const Item& old) {
    const bool was_disabled = (old.events & ~event::kPrivate) == 0;
    if (transition.has(Defect::kModKeepsData)) {
        item.data = old.data;
    }
    if (transition.has(Defect::kModAddsBits)) {
        item.events |= old.events;
    }
    if (transition.has(Defect::kModKeepsMode)) {
        item.events |= old.events & event::kEdge;
    }
    if (transition.has(Defect::kModKeepsDisabled) && was_disabled) {
        item.events &= event::kPrivate;
    }
    if (transition.has(Defect::kModMovesToTail) && item.queued == Queued::kYes) {
        dequeue(item, Rule::kB13);
        enqueue(transition, item, true, Rule::kB13);
    }
    if (transition.has(Defect::kModMovesWaitEntry)) {
        detach_item(transition.world, call.item);
        attach_item(transition, call.item);
    }
    return transition.has(Defect::kModOfTheSameIgnored) && old.events == item.events &&
           old.data == item.data;
}

Result modify(Transition& transition, const Control& call) {
    Item& item = transition.world.items[call.item];
    const Item before = transition.sound() ? Item{} : item;
    const bool was_disabled = (item.events & ~event::kPrivate) == 0;
    item.not_fallen = was_disabled ? 0 : item.not_fallen & item.events;
    item.events = armed(transition, call.events, false);
    item.data = call.data;
    if (!transition.sound() && corrupt_modified(transition, call, item, before)) {
        return Result::of_value(0);
    }
    transition.decided_by(was_disabled ? Rule::kB14 : Rule::kB16);
    transition.decided_by_if(item.queued == Queued::kYes, Rule::kB15);
    transition.decided_by(Rule::kB13);
    const bool was_reported = item.cause == Rule::kA9 && item.not_fallen != 0;
    if (!transition.enforces(Rule::kB14) && (item.events & event::kEdge) != 0 && was_reported &&
        item.queued == Queued::kYes) {
        item.queued = Queued::kMaybe;  // it was queued for being level triggered
    }
    // Re-reporting what was reported before and did not change is what Linux does (R-B14).
    poll_and_queue(transition, item, transition.enforces(Rule::kB14), Rule::kB13);
    return Result::of_value(0);
}

/// DEL, and what defects make of it.
Result erase(Transition& transition, int index) {
    Item& item = transition.world.items[index];
    transition.decided_by(Rule::kB17);
    transition.decided_by(Rule::kB19);
    leave_alone(transition, transition.world.instances[item.instance].pollers, Rule::kB18);
    const bool pending = item.queued == Queued::kYes;
    if (transition.has(Defect::kDelLeavesEvent) && pending) {
        item.slot = -2;  // no key finds it any more, and after its report it is disabled
        item.events |= event::kOneshot;
        return Result::of_value(0);
    }
    if (transition.has(Defect::kDelWakesOuter)) {
        wake_pollers(transition, transition.world.instances[item.instance], true);
    }
    remove_item(transition.world, index);
    return Result::of_value(0);
}

/// True if the first of `errors` is found before the call takes the mutex of the instance.
bool fails_early(const ErrorList& errors) {
    if (!errors.any()) {
        return false;
    }
    const int first = errors.error(0);
    return first == error::kEFAULT || first == error::kEBADF || first == error::kEPERM ||
           (first == error::kEINVAL && errors.rule(0) == Rule::kA21);
}

/// A call that succeeds only because of a defect.
Result succeed_wrongly(Transition& transition, const Control& call) {
    const bool nests = transition.world.files[call.file].kind == FileKind::kEpoll;
    if (call.operation == kCtlMod && !nests) {  // nobody has checked for cycles
        return add(transition, call);
    }
    if (call.operation == kCtlAdd && call.item >= 0) {
        return modify(transition, call);
    }
    return Result::of_value(0);
}

/// True if this call could only come so far because of a defect.
bool should_have_failed(const Transition& transition, const Control& call) {
    const OpenFile& target = transition.world.files[call.file];
    const bool closes_cycle = call.operation == kCtlAdd && target.kind == FileKind::kEpoll &&
                              reaches(transition.world, target.object, call.instance);
    return !is_known(call.operation) || (call.item >= 0) == (call.operation == kCtlAdd) ||
           closes_cycle;
}

}  // namespace

void remove_item(World& world, int index) {
    assert(index >= 0);
    detach_item(world, index);
    Item& item = world.items[index];
    const ItemSet self = ItemSet{1} << index;
    world.files[item.file].items &= ~self;
    world.instances[item.instance].items &= ~self;
    world.used_items &= ~self;
    item = Item{};
}

Result create_instance(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const bool takes_flags = operation.kind == OperationKind::kEpollCreate1;
    transition.decided_by(takes_flags ? Rule::kB2 : Rule::kB1);
    if (!takes_flags && operation.number <= 0 && !transition.has(Defect::kZeroSizeAccepted)) {
        return transition.fail(error::kEINVAL, Rule::kB1);
    }
    if (takes_flags && (operation.flags & ~flag::kCloexec) != 0 &&
        !transition.has(Defect::kCreateFlagsIgnored)) {
        return transition.fail(error::kEINVAL, Rule::kB2);
    }
    int index = 0;
    while (index < kMaxInstances && world.instances[index].file >= 0) {
        ++index;
    }
    if (index == kMaxInstances) {
        return transition.give_up("more epoll instances than the model has room for");
    }
    const int file = new_file(transition, FileKind::kEpoll, index);
    world.instances[index] = Instance{};
    world.instances[index].file = static_cast<std::int8_t>(file);
    world.instances[index].limited = world.watch_limit != kNoWatchLimit;
    world.files[file].writable = !transition.has(Defect::kReadOnlyFile);
    transition.decided_by(Rule::kB3);
    bool close_on_exec = takes_flags && (operation.flags & flag::kCloexec) != 0;
    close_on_exec = transition.has(Defect::kCloexecAlways) ||
                    (close_on_exec && !transition.has(Defect::kCloexecIgnored));
    return install(transition, file, close_on_exec);
}

Result limit_watches(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if (world.watch_limit != kNoWatchLimit || operation.number < 0 ||
        operation.number > kMaxItems) {
        return transition.give_up("watches can be limited once, to a number that the model has");
    }
    world.watch_limit = static_cast<std::int16_t>(operation.number);
    transition.decided_by(Rule::kA17);
    return Result::of_value(0);
}

Result control(Transition& transition, const Operation& operation) {
    if (operation.kind == OperationKind::kIoUringCtl) {
        transition.decided_by(Rule::kB49);
        if (!transition.settings.calibration->has_ring_control) {
            return transition.give_up("the target has no EPOLL_CTL in io_uring");
        }
    }
    ErrorList errors;
    const Control call = resolve(transition, operation, errors);
    if (call.instance >= 0 && !fails_early(errors)) {
        transition.lock(call.instance);
    }
    misorder(transition, errors);
    if (errors.any() && !transition.overlooks(errors)) {
        transition.decided_by(Rule::kB9);
        transition.decided_by_if(errors.count() > 1, Rule::kB5);
        if (transition.has(Defect::kFailedAddStores) && errors.error(0) == error::kEEXIST) {
            Item& item = transition.world.items[call.item];
            item.data = call.data;
            item.events = call.events | event::kAlways;
        }
        return transition.fail(errors);
    }
    if (!transition.sound() && should_have_failed(transition, call)) {
        return succeed_wrongly(transition, call);
    }
    if (call.operation == kCtlAdd) {
        return add(transition, call);
    }
    if (call.operation == kCtlMod) {
        return modify(transition, call);
    }
    return erase(transition, call.item);
}

Result interest_list(Transition& transition, const Operation& operation) {
    const World& world = transition.world;
    const int slot = slot_of(transition, operation.fd);
    if (!transition.table().is_open(slot)) {
        return transition.fail(error::kEBADF, Rule::kB37);
    }
    transition.clear_events();
    transition.decided_by(Rule::kB37);
    const OpenFile& file = world.files[transition.table().files[slot]];
    if (file.kind != FileKind::kEpoll) {
        return transition.held_to(Rule::kB37, Result::of_events(0));
    }
    transition.lock(file.object);
    std::int8_t sorted[kMaxItems] = {};
    int count = 0;
    for_each_member(world.instances[file.object].items,
                    [&](int i) { sorted[count++] = static_cast<std::int8_t>(i); });
    std::sort(sorted, sorted + count, [&](int left, int right) {
        const Item& a = world.items[left];
        const Item& b = world.items[right];
        return a.slot != b.slot ? a.slot < b.slot
                                : (a.data != b.data ? a.data < b.data : a.events < b.events);
    });
    for (int i = 0; i < count; ++i) {
        const Item& item = world.items[sorted[i]];
        const bool disabled = (item.events & ~event::kPrivate) == 0;
        const EventMask hidden =
            transition.has(Defect::kFdinfoHidesErrHup) ? event::kAlways : EventMask{0};
        if (!disabled || !transition.has(Defect::kFdinfoOmitsDisabled)) {
            transition.report({item.events & ~hidden, item.data});
        }
    }
    return transition.held_to(Rule::kB37, Result::of_events(transition.event_count()));
}

void release_items_of_file(Transition& transition, int file) {
    for_each_member(transition.world.files[file].items, [&](int i) {
        transition.decided_by(Rule::kB39);
        const int instance = transition.world.items[i].instance;
        transition.lock(instance);
        remove_item(transition.world, i);
        if (transition.has(Defect::kReleaseWakesOuter)) {
            wake_pollers(transition, transition.world.instances[instance], true);
        }
    });
}

void release_instance(Transition& transition, int instance) {
    for_each_member(transition.world.instances[instance].items,
                    [&](int i) { remove_item(transition.world, i); });
    transition.decided_by(Rule::kB48);
    transition.world.instances[instance] = Instance{};
}

}  // namespace epollcheck
