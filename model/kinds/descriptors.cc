// Descriptors. See descriptors.h.

#include "model/kinds/descriptors.h"

#include <utility>

#include "model/eventpoll/interest_list.h"
#include "model/kinds/file.h"
#include "model/kinds/pipe.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

void set_close_on_exec(SlotTable& table, int slot, bool close_on_exec) {
    const std::uint64_t bit = std::uint64_t{1} << slot;
    table.close_on_exec = close_on_exec ? table.close_on_exec | bit : table.close_on_exec & ~bit;
}

void put(Transition& transition, int slot, int file, bool close_on_exec) {
    SlotTable& table = transition.table();
    table.files[slot] = static_cast<std::int8_t>(file);
    table.open |= std::uint64_t{1} << slot;
    set_close_on_exec(table, slot, close_on_exec);
    ++transition.world.files[file].references;
}

/// How many descriptors of `process` name `file`; none if there is no such process.
int descriptors_of(const World& world, int process, int file) {
    int count = 0;
    if (world.table_of[process] >= 0) {
        const SlotTable& table = world.tables[world.table_of[process]];
        for_each_member(table.open, [&](int slot) { count += table.files[slot] == file ? 1 : 0; });
    }
    return count;
}

/// True if a defect removes the items of a file because nobody here names it any more.
bool unregisters_early(const Transition& transition, int file) {
    const World& world = transition.world;
    const int process = transition.process;
    const int own = descriptors_of(world, process, file);
    const int others = descriptors_of(world, 1 - process, file);
    return (transition.has(Defect::kCloseInOneProcessUnregisters) && own == 0 && others > 0) ||
           (transition.has(Defect::kFlightKeepsNoItem) && own + others == 0);
}

/// What defects do to the items of a file that loses a descriptor. True if the file is to be kept.
bool corrupt_close(Transition& transition, int file, int slot, bool replaced) {
    World& world = transition.world;
    const OpenFile& closed = world.files[file];
    if (transition.has(Defect::kCloseByNumber) || transition.has(Defect::kFirstCloseUnregisters)) {
        for_each_member(closed.items, [&](int i) {
            if (world.items[i].slot == slot || transition.has(Defect::kFirstCloseUnregisters)) {
                remove_item(world, i);
            }
        });
    }
    if (unregisters_early(transition, file)) {
        for_each_member(closed.items, [&](int i) { remove_item(world, i); });
    }
    if (transition.has(Defect::kInstanceDiesWithFirstClose) && closed.kind == FileKind::kEpoll) {
        for_each_member(world.instances[closed.object].items,
                        [&](int i) { remove_item(world, i); });
    }
    return closed.items != 0 && (transition.has(Defect::kItemHoldsFile) ||
                                 (transition.has(Defect::kDup2KeepsItems) && replaced));
}

/// The descriptor `slot`, which named `file`, is closed or now names another file (`replaced`).
void drop_reference(Transition& transition, int file, int slot, bool replaced) {
    const bool kept = !transition.sound() && corrupt_close(transition, file, slot, replaced);
    const OpenFile& closed = transition.world.files[file];
    if (--transition.world.files[file].references == 0 && !kept) {
        transition.decided_by(Rule::kB40);
        transition.decided_by_if(closed.items != 0, Rule::kA6);
        release_file(transition, file);
    } else {
        transition.decided_by(closed.kind == FileKind::kEpoll ? Rule::kA1 : Rule::kB42);
    }
}

Result duplicate_onto(Transition& transition, const Operation& operation, int old_slot) {
    const SlotTable& table = transition.table();
    const int new_slot = slot_of(transition, operation.other_fd);
    const bool is_dup3 = operation.kind == OperationKind::kDup3;
    if (is_dup3 && ((operation.flags & ~flag::kCloexec) != 0 || old_slot == new_slot)) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const bool beyond = new_slot >= transition.world.slot_limit && new_slot != old_slot;
    if (!table.is_open(old_slot) || new_slot < 0 || beyond) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (new_slot == old_slot) {
        return Result::of_descriptor(new_slot);
    }
    const int replaced = table.is_open(new_slot) ? table.files[new_slot] : -1;
    put(transition, new_slot, table.files[old_slot],
        is_dup3 && (operation.flags & flag::kCloexec) != 0);
    if (replaced >= 0) {
        drop_reference(transition, replaced, new_slot, true);
    }
    return Result::of_descriptor(new_slot);
}

std::uint32_t status_flags(const OpenFile& file) {
    if (file.kind == FileKind::kPathOnly) {
        return flag::kPath;
    }
    const std::uint32_t access = !file.writable  ? 0
                                 : file.readable ? flag::kReadWrite
                                                 : flag::kWriteOnly;
    return access | (file.nonblocking ? flag::kNonblock : 0) | (file.packets ? flag::kDirect : 0);
}

Result set_status_flags(Transition& transition, OpenFile& file, std::uint64_t flags) {
    if ((flags & flag::kDirect) != 0) {
        return transition.give_up("F_SETFL with O_DIRECT is not modelled");
    }
    file.nonblocking = (flags & flag::kNonblock) != 0;
    file.packets = false;
    transition.decided_by(Rule::kB33);
    return Result::of_value(0);
}

}  // namespace

int clear_slot(SlotTable& table, int slot) {
    const std::uint64_t bit = std::uint64_t{1} << slot;
    table.open &= ~bit;
    table.close_on_exec &= ~bit;
    return std::exchange(table.files[slot], std::int8_t{-1});
}

void drop_later(Transition& transition, int file) {
    if (--transition.world.files[file].references == 0) {
        transition.release_later(file);
    } else {
        transition.decided_by(Rule::kB42);
    }
}

void release_late(Transition& transition) {
    if (!transition.has_late()) {
        return;
    }
    std::int8_t files[kMaxFiles];
    transition.hold_rank_group(true);
    // What one round lets go is released in the next one.
    for (int count = transition.take_late(files); count > 0; count = transition.take_late(files)) {
        transition.decided_by(Rule::kB40);
        while (count > 0) {
            release_file(transition, files[--count]);
        }
    }
    transition.hold_rank_group(false);
}

int slot_of(Transition& transition, const Descriptor& descriptor) {
    if (descriptor.handle >= 0) {
        return transition.world.handles[descriptor.handle];
    }
    if (descriptor.number >= 0 && descriptor.number < kSurelyUnused) {
        transition.give_up("a literal descriptor between 0 and 999999 may be open by chance");
    }
    return -1;
}

int file_of(Transition& transition, const Descriptor& descriptor) {
    const SlotTable& table = transition.table();
    const int slot = slot_of(transition, descriptor);
    return table.is_open(slot) ? table.files[slot] : -1;
}

int open_file(Transition& transition, const Descriptor& descriptor) {
    const int file = file_of(transition, descriptor);
    return file < 0 || transition.world.files[file].kind == FileKind::kPathOnly ? -1 : file;
}

int new_file(Transition& transition, FileKind kind, int object) {
    World& world = transition.world;
    int file = 0;
    while (world.files[file].kind != FileKind::kNone) {
        if (++file == kMaxFiles) {
            transition.give_up("more open files than the model has room for");
            file = 0;
            break;
        }
    }
    world.files[file] = OpenFile{.kind = kind,
                                 .object = static_cast<std::uint8_t>(object),
                                 .readable = true,
                                 .writable = true};
    return file;
}

namespace {

/// The answer at the limit of descriptors. What was made for the number that is not given goes.
Result refuse_number(Transition& transition, int file) {
    const OpenFile& made = transition.world.files[file];
    if (made.references > 0) {
        return transition.fail(error::kEMFILE, Rule::kNone);
    }
    if (made.kind != FileKind::kEpoll && made.kind != FileKind::kEventfd) {
        return transition.give_up("a file of this kind at the limit of descriptors");
    }
    const Rule rule = made.kind == FileKind::kEpoll ? Rule::kB2 : Rule::kNone;
    release_file(transition, file);
    return transition.fail(error::kEMFILE, rule);
}

}  // namespace

Result install(Transition& transition, int file, bool close_on_exec) {
    std::uint64_t taken = transition.table().open;
    if (transition.has(Defect::kNotLowestNumber) &&
        transition.world.files[file].kind == FileKind::kEpoll) {
        taken |= taken + 1;  // as if the lowest free one were taken
    }
    const int slot = std::countr_one(taken);
    if (slot >= transition.world.slot_limit && slot < kMaxSlots) {
        return refuse_number(transition, file);
    }
    if (slot >= kMaxSlots) {
        return transition.give_up("more descriptors than the model has room for");
    }
    put(transition, slot, file, close_on_exec);
    return Result::of_descriptor(slot);
}

Result close_descriptor(Transition& transition, const Operation& operation) {
    const int slot = slot_of(transition, operation.fd);
    if (!transition.table().is_open(slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    const int file = clear_slot(transition.table(), slot);
    drop_reference(transition, file, slot, false);
    return Result::of_value(0);
}

Result duplicate(Transition& transition, const Operation& operation) {
    const int old_slot = slot_of(transition, operation.fd);
    if (operation.kind != OperationKind::kDup) {
        return duplicate_onto(transition, operation, old_slot);
    }
    if (!transition.table().is_open(old_slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    return install(transition, transition.table().files[old_slot], false);
}

Result limit_descriptors(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if (operation.number < 0 || operation.number > kMaxSlots || world.table_of[1] >= 0) {
        return transition.give_up("a limit of descriptors that is not modelled");
    }
    world.slot_limit = static_cast<std::int8_t>(operation.number);
    return Result::of_value(0);
}

Result control_descriptor(Transition& transition, const Operation& operation) {
    SlotTable& table = transition.table();
    const int slot = slot_of(transition, operation.fd);
    if (!table.is_open(slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    OpenFile& file = transition.world.files[table.files[slot]];
    const auto command = static_cast<FcntlCommand>(operation.number);
    const bool only_descriptor = command == FcntlCommand::kGetFl ||
                                 command == FcntlCommand::kGetFd || command == FcntlCommand::kSetFd;
    if (file.kind == FileKind::kPathOnly && !only_descriptor) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    switch (command) {
        case FcntlCommand::kGetFl:
            return transition.held_to(Rule::kB3, Result::of_value(status_flags(file)));
        case FcntlCommand::kGetFd:
            return transition.held_to(
                Rule::kB3,
                Result::of_value(static_cast<std::int64_t>(table.close_on_exec >> slot & 1U)));
        case FcntlCommand::kSetFd:
            set_close_on_exec(table, slot, (operation.value & flag::kCloexec) != 0);
            return Result::of_value(0);
        case FcntlCommand::kSetFl:
            return set_status_flags(transition, file, operation.value);
        case FcntlCommand::kGetPipeSize:
        case FcntlCommand::kSetPipeSize:
            return control_pipe_size(transition, file, operation);
    }
    return transition.give_up("unknown fcntl command");
}

}  // namespace epollcheck
