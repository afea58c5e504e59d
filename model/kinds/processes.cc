// Processes and descriptor tables. See processes.h.

#include "model/kinds/processes.h"

#include <algorithm>
#include <limits>

#include "model/eventpoll/signals.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

bool is_shared(const World& world) { return world.table_of[0] == world.table_of[1]; }

/// A copy of `from` in the table that is free, with its references. Answers its index.
std::int8_t copy_table(World& world, int from) {
    const int free = 1 - from;
    world.tables[free] = world.tables[from];
    for_each_member(world.tables[free].open,
                    [&](int slot) { ++world.files[world.tables[free].files[slot]].references; });
    return static_cast<std::int8_t>(free);
}

void stop_sharing(Transition& transition) {
    World& world = transition.world;
    if (is_shared(world)) {
        world.table_of[transition.process] = copy_table(world, world.table_of[transition.process]);
    }
}

/// Closes the slots of `set`, lowest first.
void close_slots(Transition& transition, std::uint64_t set) {
    for_each_member(
        set, [&](int slot) { drop_later(transition, clear_slot(transition.table(), slot)); });
}

/// A descriptor argument of close_range, which takes any unsigned number.
std::uint32_t range_end(Transition& transition, const Descriptor& descriptor) {
    if (descriptor.handle < 0 && descriptor.number >= kSurelyUnused) {
        return static_cast<std::uint32_t>(descriptor.number);
    }
    return static_cast<std::uint32_t>(slot_of(transition, descriptor));
}

/// The slots from `first` to `last` as a set.
std::uint64_t slots_between(std::uint32_t first, std::uint32_t last) {
    if (first >= kMaxSlots) {
        return 0;
    }
    const std::uint64_t from = ~std::uint64_t{0} << first;
    return last >= kMaxSlots - 1 ? from : from & ((std::uint64_t{1} << (last + 1)) - 1);
}

}  // namespace

Result fork_process(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if (world.table_of[1] >= 0) {
        return transition.fail(error::kEEXIST, Rule::kNone);
    }
    if ((operation.flags & ~flag::kCloneFiles) != 0) {
        return transition.give_up("clone with other flags than CLONE_FILES is not modelled");
    }
    if (world.slot_limit != kMaxSlots) {
        return transition.give_up("a second process under a limit of descriptors");
    }
    const std::int8_t table = world.table_of[0];
    const bool shares = operation.flags != 0 ? !transition.has(Defect::kCloneCopiesTable)
                                             : transition.has(Defect::kForkSharesTable);
    world.table_of[1] = shares ? table : copy_table(world, table);
    fork_signals(transition);
    transition.decided_by(Rule::kB45);
    return Result::of_value(0);
}

Result execute_helper(Transition& transition) {
    if (transition.process == 0) {
        return transition.fail(error::kEPERM, Rule::kNone);
    }
    if (!transition.has(Defect::kExecKeepsSharing)) {
        stop_sharing(transition);
    }
    transition.decided_by(Rule::kB46);
    const SlotTable& table = transition.table();
    if (!transition.has(Defect::kExecClosesNothing)) {
        close_slots(transition,
                    transition.has(Defect::kExecClosesAll) ? table.open : table.close_on_exec);
    }
    return Result::of_value(0);
}

Result end_process(Transition& transition) {
    World& world = transition.world;
    if (transition.process == 0) {
        return transition.fail(error::kEPERM, Rule::kNone);
    }
    if (!is_shared(world) && !transition.has(Defect::kExitClosesNothing)) {
        close_slots(transition, transition.table().open);
        release_late(transition);
    }
    world.table_of[transition.process] = -1;
    end_signals(transition);
    return Result::of_value(0);
}

Result close_in_vfork_child(Transition& transition, const Operation& operation) {
    const SlotTable& table = transition.table();
    const int slot = slot_of(transition, operation.fd);
    if (!table.is_open(slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (transition.has(Defect::kVforkSharesTable)) {
        return close_descriptor(transition, operation);
    }
    transition.decided_by(Rule::kB45a);
    return Result::of_value(0);
}

Result unshare_table(Transition& transition, const Operation& operation) {
    if (const int error = transition.settings.calibration->unshare_error; error != 0) {
        return transition.fail(error, Rule::kNone);
    }
    if ((operation.flags & ~flag::kCloneFiles) != 0) {
        return transition.give_up("unshare of other things than CLONE_FILES is not modelled");
    }
    if (operation.flags != 0 && !transition.has(Defect::kUnshareIgnored)) {
        stop_sharing(transition);
    }
    return Result::of_value(0);
}

Result close_range(Transition& transition, const Operation& operation) {
    const int missing = transition.settings.calibration->close_range_error;
    const bool sets_flag = (operation.flags & flag::kCloexec) != 0;
    if (missing == error::kENOSYS) {
        return transition.fail(missing, Rule::kNone);
    }
    const std::uint32_t first = range_end(transition, operation.fd);
    const std::uint32_t last = range_end(transition, operation.other_fd);
    const std::uint32_t known =
        (missing == 0 ? flag::kCloexec : 0) |
        (transition.settings.calibration->has_range_unshare ? flag::kRangeUnshare : 0);
    if ((operation.flags & ~known) != 0 || first > last) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if ((operation.flags & flag::kRangeUnshare) != 0) {
        stop_sharing(transition);
    }
    SlotTable& table = transition.table();
    const std::uint64_t range = slots_between(first, last) & table.open;
    if (sets_flag && !transition.has(Defect::kCloseRangeFlagCloses)) {
        table.close_on_exec |= range;
    } else {
        const bool misses = transition.has(Defect::kCloseRangeMissesLast) && last < kMaxSlots;
        close_slots(transition, range & ~(misses ? std::uint64_t{1} << last : 0));
    }
    return Result::of_value(0);
}

Result compare_files(Transition& transition, const Operation& operation) {
    const World& world = transition.world;
    if (const int error = transition.settings.calibration->kcmp_error; error != 0) {
        return transition.fail(error, Rule::kNone);
    }
    if (world.table_of[operation.number] < 0) {
        return transition.fail(error::kESRCH, Rule::kNone);
    }
    const int own = file_of(transition, operation.fd);
    const int slot = slot_of(transition, operation.other_fd);
    const SlotTable& table = world.tables[world.table_of[operation.number]];
    if (own < 0 || !table.is_open(slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    return Result::of_value(table.files[slot] == own ? 0 : 1);
}

Result compare_item(Transition& transition, const Operation& operation) {
    const World& world = transition.world;
    if (const int error = transition.settings.calibration->kcmp_error; error != 0) {
        return transition.fail(error, Rule::kNone);
    }
    const int file = file_of(transition, operation.other_fd);
    const int ep = file_of(transition, operation.fd);
    if (file < 0 || ep < 0) {
        return transition.fail(error::kEBADF, Rule::kB38);
    }
    if (world.files[ep].kind != FileKind::kEpoll) {
        return transition.fail(error::kEINVAL, Rule::kB38);
    }
    int with_number = 0;
    int same = 0;
    for_each_member(world.instances[world.files[ep].object].items, [&](int i) {
        const bool any_number = transition.has(Defect::kKcmpIgnoresNumber);
        if (any_number || world.items[i].slot == slot_of(transition, operation.other_fd)) {
            ++with_number;
            same += world.items[i].file == file ? 1 : 0;
        }
    });
    const int first = transition.has(Defect::kKcmpCountsFromOne) ? 1 : 0;
    if (operation.number < first || operation.number >= with_number + first) {
        return transition.fail(error::kENOENT, Rule::kB38);
    }
    transition.decided_by(Rule::kB38);
    bool is_same = same > 0;
    if (same > 0 && with_number > same) {
        // Which of several items has which place depends on the addresses of their files.
        is_same = transition.observed != nullptr ? transition.observed->result.value == 0
                                                 : transition.choose(0b11) == 0;
    }
    return Result::of_value(is_same ? 0 : 1);
}

}  // namespace epollcheck
