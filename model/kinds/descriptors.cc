// Descriptors. See descriptors.h.

#include "model/kinds/descriptors.h"

#include "model/eventpoll/interest_list.h"
#include "model/kinds/file.h"
#include "model/kinds/pipe.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::int32_t kSurelyUnused = 1'000'000;  // literals from here on are never open

bool is_open(const World& world, int slot) {
    return slot >= 0 && (world.open_slots >> slot & 1U) != 0;
}

void put(World& world, int slot, int file, bool close_on_exec) {
    const std::uint64_t bit = std::uint64_t{1} << slot;
    world.descriptors[slot] = static_cast<std::int8_t>(file);
    world.open_slots |= bit;
    world.close_on_exec = close_on_exec ? world.close_on_exec | bit : world.close_on_exec & ~bit;
    ++world.files[file].references;
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
    World& world = transition.world;
    const int new_slot = slot_of(transition, operation.other_fd);
    const bool is_dup3 = operation.kind == OperationKind::kDup3;
    if (is_dup3 && ((operation.flags & ~flag::kCloexec) != 0 || old_slot == new_slot)) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if (!is_open(world, old_slot) || new_slot < 0) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (new_slot == old_slot) {
        return Result::of_descriptor(new_slot);
    }
    const int replaced = is_open(world, new_slot) ? world.descriptors[new_slot] : -1;
    put(world, new_slot, world.descriptors[old_slot],
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

int slot_of(Transition& transition, const Descriptor& descriptor) {
    if (descriptor.handle >= 0) {
        return transition.world.handles[descriptor.handle];
    }
    if (descriptor.number >= 0 && descriptor.number < kSurelyUnused) {
        transition.give_up("a literal descriptor between 0 and 999999 may be open by chance");
    }
    return -1;
}

int named_file(Transition& transition, const Descriptor& descriptor) {
    const int slot = slot_of(transition, descriptor);
    return is_open(transition.world, slot) ? transition.world.descriptors[slot] : -1;
}

int open_file(Transition& transition, const Descriptor& descriptor) {
    const int file = named_file(transition, descriptor);
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

Result install(Transition& transition, int file, bool close_on_exec) {
    std::uint64_t taken = transition.world.open_slots;
    if (transition.has(Defect::kNotLowestNumber) &&
        transition.world.files[file].kind == FileKind::kEpoll) {
        taken |= taken + 1;  // as if the lowest free one were taken
    }
    const int slot = std::countr_one(taken);
    if (slot >= kMaxSlots) {
        return transition.give_up("more descriptors than the model has room for");
    }
    put(transition.world, slot, file, close_on_exec);
    return Result::of_descriptor(slot);
}

Result close_descriptor(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const int slot = slot_of(transition, operation.fd);
    if (!is_open(world, slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    const int file = world.descriptors[slot];
    const std::uint64_t bit = std::uint64_t{1} << slot;
    world.open_slots &= ~bit;
    world.close_on_exec &= ~bit;
    world.descriptors[slot] = -1;
    drop_reference(transition, file, slot, false);
    return Result::of_value(0);
}

Result duplicate(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const int old_slot = slot_of(transition, operation.fd);
    if (operation.kind != OperationKind::kDup) {
        return duplicate_onto(transition, operation, old_slot);
    }
    if (!is_open(world, old_slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    return install(transition, world.descriptors[old_slot], false);
}

Result control_descriptor(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const int slot = slot_of(transition, operation.fd);
    if (!is_open(world, slot)) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    OpenFile& file = world.files[world.descriptors[slot]];
    const auto command = static_cast<FcntlCommand>(operation.number);
    const bool only_descriptor = command == FcntlCommand::kGetFl || command == FcntlCommand::kGetFd;
    if (file.kind == FileKind::kPathOnly && !only_descriptor) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    switch (command) {
        case FcntlCommand::kGetFl:
            return transition.held_to(Rule::kB3, Result::of_value(status_flags(file)));
        case FcntlCommand::kGetFd:
            return transition.held_to(
                Rule::kB3,
                Result::of_value(static_cast<std::int64_t>(world.close_on_exec >> slot & 1U)));
        case FcntlCommand::kSetFl:
            return set_status_flags(transition, file, operation.value);
        case FcntlCommand::kGetPipeSize:
        case FcntlCommand::kSetPipeSize:
            return control_pipe_size(transition, file, operation);
    }
    return transition.give_up("unknown fcntl command");
}

}  // namespace epollcheck
