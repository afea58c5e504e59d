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

int find_item(const World& world, int instance, int file, int slot) {
    int found = -1;
    for_each_member(world.instances[instance].items & world.files[file].items, [&](int i) {
        if (world.items[i].slot == slot) {
            found = i;
        }
    });
    return found;
}

void check_exclusive(const Control& call, const World& world, ErrorList& errors) {
    if (call.operation == kCtlDel || (call.events & event::kExclusive) == 0) {
        return;
    }
    const bool target_is_epoll = world.files[call.file].kind == FileKind::kEpoll;
    const bool bad_companion = (call.events & ~event::kExclusiveCompanions) != 0;
    if (call.operation == kCtlMod ||
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
        errors.add(error::kELOOP, Rule::kA21);
    } else if (too_deep(transition, call.instance, target.object)) {
        errors.add(error::kELOOP,
                   transition.has(VersionDifference::kV49) ? Rule::kA22 : Rule::kA23);
        if (!transition.enforces(Rule::kA23)) {
            errors.add(error::kEINVAL, Rule::kA23);  // N-15
        }
    }
}

void check_key(const Control& call, const World& world, ErrorList& errors) {
    const bool present = call.item >= 0;
    if (call.operation == kCtlAdd && present) {
        errors.add(error::kEEXIST, Rule::kA3);
    } else if ((call.operation == kCtlMod || call.operation == kCtlDel) && !present) {
        errors.add(error::kENOENT, Rule::kA3);
    } else if (call.operation != kCtlAdd && call.operation != kCtlMod &&
               call.operation != kCtlDel) {
        errors.add(error::kEINVAL, Rule::kB4);
    }
    if (call.operation == kCtlMod && present &&
        (world.items[call.item].events & event::kExclusive) != 0) {
        errors.add(error::kEINVAL, Rule::kC29);
    }
}

/// The limit of the account that made the instance (R-A17 to R-A19). Which error wins where several
/// apply is in R-B5.
void check_watch_limit(const Control& call, const World& world, ErrorList& errors) {
    if (call.operation != kCtlAdd || !world.instances[call.instance].limited) {
        return;
    }
    int watches = 0;
    for (const Instance& instance : world.instances) {
        watches += instance.limited ? std::popcount(instance.items) : 0;
    }
    if (watches >= world.watch_limit) {
        errors.add(error::kENOSPC, Rule::kA18);
    }
}

/// Resolves the arguments and collects the errors that apply, in the order of R-B4.
Control resolve(Transition& transition, const Operation& operation, ErrorList& errors) {
    const World& world = transition.world;
    Control call{.operation = operation.number, .events = operation.flags, .data = operation.value};
    if (operation.number != kCtlDel && operation.pointer != Pointer::kGood) {
        errors.add(error::kEFAULT, Rule::kB4);
    }
    const int ep_file = open_file(transition, operation.fd);
    call.file = open_file(transition, operation.other_fd);
    call.slot = slot_of(transition, operation.other_fd);
    if (ep_file < 0 || call.file < 0) {
        errors.add(error::kEBADF, Rule::kB4);
    }
    if (call.file >= 0 && !has_poll(world.files[call.file])) {
        const FileKind kind = world.files[call.file].kind;
        const bool promised = kind == FileKind::kRegular || kind == FileKind::kDirectory;
        errors.add(error::kEPERM, promised ? Rule::kB6 : Rule::kB6a);
    }
    if (ep_file < 0 || call.file < 0) {
        return call;
    }
    const bool is_epoll = world.files[ep_file].kind == FileKind::kEpoll;
    if (ep_file == call.file || !is_epoll) {
        errors.add(error::kEINVAL, ep_file == call.file ? Rule::kA21 : Rule::kB4);
    }
    if (!is_epoll) {
        return call;
    }
    call.instance = world.files[ep_file].object;
    call.item = find_item(world, call.instance, call.file, call.slot);
    if (!transition.settings.calibration->keeps_wakeup) {
        call.events &= ~event::kWakeup;
    }
    check_exclusive(call, world, errors);
    if (ep_file != call.file) {
        check_nesting(transition, call, errors);
    }
    check_key(call, world, errors);
    check_watch_limit(call, world, errors);
    return call;
}

/// What ADD and MOD do once the mask is stored: poll the file once and queue the item if it is
/// ready.
void poll_and_queue(Transition& transition, Item& item, bool promised, Rule rule) {
    const MaskRange ready = file_mask(transition, item.file, item.events) & item.events;
    if (ready.possibly == 0) {
        return;
    }
    const bool level = (item.events & event::kEdge) == 0;
    const bool news = (ready.surely & ~item.not_fallen) != 0;
    const bool definite = ready.surely != 0 && (promised || level || news);
    if (item.queued == Queued::kYes) {
        return;  // place kept, and nobody is woken (R-B13)
    }
    transition.decided_by(rule);
    transition.start_rank_group();
    enqueue(transition, item, definite, rule);
    wake_pollers(transition, transition.world.instances[item.instance], definite);
}

void unlink(World& world, int index) {
    assert(index >= 0);
    Item& item = world.items[index];
    const WaitQueues queues = wait_queues(world, item.file);
    for (int entry = 0; entry < 2; ++entry) {
        if (queues.entry[entry] != nullptr) {
            detach(world, *queues.entry[entry], entry, index);
        }
    }
    const ItemSet self = ItemSet{1} << index;
    world.files[item.file].items &= ~self;
    world.instances[item.instance].items &= ~self;
    world.used_items &= ~self;
    item = Item{};
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
    item.events = call.events | event::kAlways;
    item.file = static_cast<std::int8_t>(call.file);
    item.slot = static_cast<std::int8_t>(call.slot);
    item.instance = static_cast<std::int8_t>(call.instance);
    world.used_items |= self;
    world.files[call.file].items |= self;
    world.instances[call.instance].items |= self;
    const WaitQueues queues = wait_queues(world, call.file);
    for (int entry = 0; entry < 2; ++entry) {
        if (queues.entry[entry] != nullptr) {
            attach(world, *queues.entry[entry], entry, index);
        }
    }
    ErrorList paths;
    paths.add(error::kEINVAL, Rule::kA24);
    if (checks_paths(world, call.instance, call.file) && too_many_paths(world, call.file) &&
        !transition.overlooks(paths)) {
        unlink(world, index);
        return transition.fail(paths);
    }
    transition.decided_by(Rule::kA5);
    poll_and_queue(transition, item, true, Rule::kB10);
    return Result::of_value(0);
}

Result modify(Transition& transition, const Control& call) {
    Item& item = transition.world.items[call.item];
    const bool was_disabled = (item.events & ~event::kPrivate) == 0;
    item.not_fallen = was_disabled ? 0 : item.not_fallen & item.events;
    item.events = call.events | event::kAlways;
    item.data = call.data;
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

}  // namespace

Result create_instance(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if (operation.kind == OperationKind::kEpollCreate && operation.number <= 0) {
        return transition.fail(error::kEINVAL, Rule::kB1);
    }
    const bool takes_flags = operation.kind == OperationKind::kEpollCreate1;
    if (takes_flags && (operation.flags & ~flag::kCloexec) != 0) {
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
    transition.decided_by(Rule::kB3);
    return install(transition, file, takes_flags && (operation.flags & flag::kCloexec) != 0);
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
    if (errors.any() && !transition.overlooks(errors)) {
        transition.decided_by(Rule::kB9);
        return transition.fail(errors);
    }
    if (call.operation == kCtlAdd) {
        return add(transition, call);
    }
    if (call.operation == kCtlMod) {
        return modify(transition, call);
    }
    transition.decided_by(Rule::kB17);
    unlink(transition.world, call.item);
    return Result::of_value(0);
}

Result interest_list(Transition& transition, const Operation& operation) {
    const World& world = transition.world;
    const int slot = slot_of(transition, operation.fd);
    if (slot < 0 || (world.open_slots >> slot & 1) == 0) {
        return transition.fail(error::kEBADF, Rule::kB37);
    }
    transition.clear_events();
    transition.decided_by(Rule::kB37);
    const OpenFile& file = world.files[world.descriptors[slot]];
    if (file.kind != FileKind::kEpoll) {
        return transition.held_to(Rule::kB37, Result::of_events(0));
    }
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
        transition.report({item.events, item.data});
    }
    return transition.held_to(Rule::kB37, Result::of_events(count));
}

void release_items_of_file(Transition& transition, int file) {
    for_each_member(transition.world.files[file].items, [&](int i) {
        transition.decided_by(Rule::kB39);
        unlink(transition.world, i);
    });
}

void release_instance(Transition& transition, int instance) {
    for_each_member(transition.world.instances[instance].items,
                    [&](int i) { unlink(transition.world, i); });
    transition.decided_by(Rule::kB48);
    transition.world.instances[instance] = Instance{};
}

}  // namespace epollcheck
