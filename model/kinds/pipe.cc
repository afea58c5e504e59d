// Pipes and FIFOs. See pipe.h.
//
// Capacity is counted in page slots (R-D4): each write fills whole slots, merges its remainder into
// the last one where that has room, and a slot is free again only when it has been read completely.

#include "model/kinds/pipe.h"

#include <algorithm>
#include <bit>

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"
#include "model/vocabulary/operation_table.h"
#include "model/world/manual_error.h"

namespace epollcheck {

namespace {

constexpr int kReadEntry = 0;   // an item's entry on read_waiters
constexpr int kWriteEntry = 1;  // and on write_waiters

PipeSlot& slot_at(Pipe& pipe, int position) {
    return pipe.slots[(pipe.head + position) % kMaxPipeSlots];
}

std::uint32_t bytes_in(Pipe& pipe) {
    std::uint32_t bytes = 0;
    for (int i = 0; i < pipe.occupied; ++i) {
        bytes += slot_at(pipe, i).length;
    }
    return bytes;
}

bool is_full(const Pipe& pipe) { return pipe.occupied >= pipe.capacity; }

int new_pipe(Transition& transition) {
    World& world = transition.world;
    const std::uint32_t capacity = transition.settings.calibration->pipe_slots;
    int index = 0;
    while (index < kMaxPipes && world.pipes[index].used) {
        ++index;
    }
    if (index == kMaxPipes || capacity > kMaxPipeSlots) {
        transition.give_up("more or larger pipes than the model has room for");
        return 0;
    }
    Pipe& pipe = world.pipes[index];
    pipe = Pipe{};
    pipe.used = true;
    pipe.capacity = static_cast<std::uint8_t>(capacity);
    return index;
}

int new_pipe_end(Transition& transition, int pipe, bool readable, bool writable,
                 std::uint32_t flags) {
    const int index = new_file(transition, FileKind::kPipe, pipe);
    OpenFile& file = transition.world.files[index];
    file.readable = readable;
    file.writable = writable;
    file.nonblocking = (flags & flag::kNonblock) != 0;
    file.packets = writable && (flags & flag::kDirect) != 0;
    return index;
}

void wake_readers(Transition& transition, const Pipe& pipe, EventMask key, Rule rule) {
    wake(transition, pipe.read_waiters, kReadEntry, key, rule);
}

void wake_writers(Transition& transition, const Pipe& pipe, EventMask key, Rule rule) {
    wake(transition, pipe.write_waiters, kWriteEntry, key, rule);
}

/// One queue served both ends up to 5.4, and other implementations may wake both (R-D9).
void wake_both_perhaps(Transition& transition, const Pipe& pipe, EventMask key) {
    wake_perhaps(transition, pipe.read_waiters, kReadEntry, key, Rule::kD9);
    wake_perhaps(transition, pipe.write_waiters, kWriteEntry, key, Rule::kD9);
}

/// True if `remainder` bytes find room behind what is in the last slot.
bool merges(const Transition& transition, const PipeSlot& last, std::uint32_t remainder) {
    const std::uint32_t page_size = transition.settings.calibration->page_size;
    const std::uint32_t read = transition.has(Defect::kPipeMergesBehindRead) ? 0U : last.offset;
    const bool closed = last.packet && !transition.has(Defect::kPipeMergesPackets);
    return !closed && read + last.length + remainder <= page_size &&
           !transition.has(Defect::kPipeNeverMerges);
}

/// Moves bytes into the pipe as pipe_write does. Returns how many found room.
std::uint32_t fill(const Transition& transition, Pipe& pipe, std::uint32_t length, bool packets) {
    const std::uint32_t page_size = transition.settings.calibration->page_size;
    std::uint32_t written = 0;
    const std::uint32_t remainder = length % page_size;
    if (remainder != 0 && pipe.occupied > 0) {
        PipeSlot& last = slot_at(pipe, pipe.occupied - 1);
        if (merges(transition, last, remainder)) {
            last.length = static_cast<std::uint16_t>(last.length + remainder);
            written = remainder;
        }
    }
    while (written < length && !is_full(pipe)) {
        const std::uint32_t chunk = std::min(length - written, page_size);
        slot_at(pipe, pipe.occupied) = {0, static_cast<std::uint16_t>(chunk), packets};
        ++pipe.occupied;
        written += chunk;
    }
    return written;
}

/// True if a write that cannot read its buffer fails at the copy and not before it.
bool reaches_copy(const Transition& transition, Pipe& pipe, std::uint32_t length) {
    const std::uint32_t remainder = length % transition.settings.calibration->page_size;
    return !is_full(pipe) || (remainder != 0 && pipe.occupied > 0 &&
                              merges(transition, slot_at(pipe, pipe.occupied - 1), remainder));
}

struct Drained {
    std::uint32_t bytes = 0;
    bool freed_slot_of_full = false;
};

/// Moves bytes out of the pipe as pipe_read does.
Drained drain(const Transition& transition, Pipe& pipe, std::uint32_t length) {
    Drained drained;
    while (drained.bytes < length && pipe.occupied > 0) {
        PipeSlot& first = slot_at(pipe, 0);
        const std::uint32_t chunk = std::min<std::uint32_t>(first.length, length - drained.bytes);
        drained.bytes += chunk;
        first.offset = static_cast<std::uint16_t>(first.offset + chunk);
        first.length = static_cast<std::uint16_t>(first.length - chunk);
        const bool packet = first.packet;
        if (packet && !transition.has(Defect::kPacketLeavesRest)) {
            first.length = 0;  // what is left of a packet is discarded
        }
        if (first.length == 0) {
            drained.freed_slot_of_full = drained.freed_slot_of_full || is_full(pipe);
            pipe.head = static_cast<std::uint8_t>((pipe.head + 1) % kMaxPipeSlots);
            --pipe.occupied;
        }
        if (packet) {
            break;
        }
    }
    return drained;
}

bool hangs_up(Transition& transition, const Pipe& pipe, const OpenFile& file) {
    if (pipe.fifo) {
        transition.decided_by(file.writable ? Rule::kD3 : Rule::kD12);
    }
    if (file.writable) {
        return pipe.writers == 1 && transition.has(Defect::kFifoBothHangsUp);
    }
    const bool seen =
        file.writers_at_open != pipe.writer_opens || transition.has(Defect::kFifoHupAtOnce);
    return pipe.writers == 0 && seen && !transition.has(Defect::kPipeHupMissing);
}

/// What defects make of the mask of one end.
EventMask corrupt_mask(const Transition& transition, Pipe pipe, const OpenFile& file,
                       EventMask mask) {
    const std::uint32_t size = pipe.capacity * transition.settings.calibration->page_size;
    if (transition.has(Defect::kPipeHupHidesData) && (mask & event::kHup) != 0) {
        mask &= ~event::kReadable;
    }
    if (file.writable && transition.has(Defect::kPipeWritableByBytes)) {
        mask |= bytes_in(pipe) < size ? event::kWritable : 0;
    }
    if ((mask & event::kErr) != 0) {
        mask &= transition.has(Defect::kPipeErrHidesOut) ? ~event::kWritable : ~EventMask{0};
        const bool missing = transition.has(Defect::kPipeErrMissing);
        const bool hup = transition.has(Defect::kPipeErrIsHup);
        mask &= missing || hup ? ~event::kErr : ~EventMask{0};
        mask |= hup ? event::kHup : 0;
    }
    return mask;
}

}  // namespace

MaskRange pipe_mask(Transition& transition, const OpenFile& file) {
    const Pipe& pipe = transition.world.pipes[file.object];
    MaskRange mask;
    if (file.readable) {
        transition.decided_by(Rule::kD1);
        const bool hang_up = hangs_up(transition, pipe, file);
        mask.surely |= (pipe.occupied > 0 ? event::kIn : 0) | (hang_up ? event::kHup : 0);
        mask.possibly |= (pipe.occupied > 0 ? event::kReadable : 0);
    }
    if (file.writable) {
        transition.decided_by(Rule::kD2);
        mask.surely |= pipe.readers == 0 ? event::kErr : 0;
        const bool promised = transition.enforces(Rule::kD4) ? !is_full(pipe) : pipe.occupied == 0;
        const bool admitted = transition.enforces(Rule::kD4) ? !is_full(pipe) : !pipe.refused_write;
        mask.surely |= promised ? event::kOut : 0;
        mask.possibly |= admitted ? event::kWritable : 0;
    }
    mask.possibly |= mask.surely;
    if (transition.enforces(Rule::kD4)) {
        mask.surely = mask.possibly;
    }
    return transition.sound()
               ? mask
               : MaskRange::exactly(corrupt_mask(transition, pipe, file, mask.possibly));
}

Result create_pipe(Transition& transition, const Operation& operation) {
    const std::uint32_t known =
        flag::kCloexec | flag::kNonblock |
        (transition.settings.calibration->has_packet_pipes ? flag::kDirect : 0);
    if ((operation.flags & ~known) != 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const int index = new_pipe(transition);
    Pipe& pipe = transition.world.pipes[index];
    pipe.readers = 1;
    pipe.writers = 1;
    pipe.writer_opens = 1;
    const bool close_on_exec = (operation.flags & flag::kCloexec) != 0;
    const int read_end = new_pipe_end(transition, index, true, false, operation.flags);
    const int read_slot = install(transition, read_end, close_on_exec).slots[0];
    const int write_end = new_pipe_end(transition, index, false, true, operation.flags);
    const int write_slot = install(transition, write_end, close_on_exec).slots[0];
    return Result::of_descriptor(read_slot, write_slot);
}

Result open_fifo(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const bool reads = (operation.flags & flag::kWriteOnly) == 0;
    const bool writes = (operation.flags & (flag::kWriteOnly | flag::kReadWrite)) != 0;
    int index = -1;
    for (int i = 0; i < kMaxPipes; ++i) {
        const Pipe& pipe = world.pipes[i];
        if (pipe.used && pipe.fifo && pipe.path == operation.number) {
            index = i;
        }
    }
    const bool nonblocking = (operation.flags & flag::kNonblock) != 0;
    const bool has_readers = index >= 0 && world.pipes[index].readers > 0;
    const bool has_writers = index >= 0 && world.pipes[index].writers > 0;
    if (writes && !reads && !has_readers && nonblocking &&
        !transition.has(Defect::kFifoOpenWithoutReader)) {
        return transition.fail(error::kENXIO, Rule::kD12);
    }
    if (!nonblocking &&
        ((reads && !writes && !has_writers) || (writes && !reads && !has_readers))) {
        return transition.give_up("an open of a FIFO that waits for its other side");
    }
    if (index < 0) {
        index = new_pipe(transition);
        world.pipes[index].fifo = true;
        world.pipes[index].path = static_cast<std::uint8_t>(operation.number);
    }
    Pipe& pipe = world.pipes[index];
    const int end = new_pipe_end(transition, index, reads, writes, operation.flags);
    const bool first_reader = reads && pipe.readers++ == 0;
    const bool first_writer = writes && pipe.writers++ == 0;
    pipe.writer_opens = static_cast<std::uint8_t>(pipe.writer_opens + (writes ? 1 : 0));
    if (reads && !writes && pipe.writers == 0) {
        world.files[end].writers_at_open = pipe.writer_opens;
    }
    leave_alone(transition, pipe.write_waiters, Rule::kD12);
    if ((first_reader || first_writer) && !transition.has(Defect::kFifoOpenSilent)) {
        wake_readers(transition, pipe, 0, Rule::kD12);
    }
    if (first_reader && transition.has(Defect::kFifoOpenWakesWriters)) {
        wake_writers(transition, pipe, 0, Rule::kD12);
    }
    return install(transition, end, (operation.flags & flag::kCloexec) != 0);
}

Result read_pipe(Transition& transition, OpenFile& file, const Operation& operation) {
    Pipe& pipe = transition.world.pipes[file.object];
    const std::uint32_t length = transfer_length(operation);
    if (length == 0) {
        return Result::of_value(0);
    }
    if (pipe.occupied == 0) {
        if (pipe.writers == 0) {
            return Result::of_value(0);
        }
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kD8) : Result::blocked();
    }
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    const bool was_full = is_full(pipe);
    const Drained drained = drain(transition, pipe, length);
    pipe.refused_write = false;
    transition.decided_by(Rule::kD4);
    const bool by_slot =
        transition.has(VersionDifference::kV54) != transition.has(Defect::kPipeFreedRuleSwapped);
    const bool freed = by_slot ? drained.freed_slot_of_full : was_full;
    if ((freed && !transition.has(Defect::kPipeReadSilent)) ||
        transition.has(Defect::kPipeReadAlwaysWakes)) {
        const bool without_norm = transition.has(Defect::kPipeReadKeyWithoutNorm);
        wake_writers(transition, pipe, without_norm ? event::kOut : event::kWritable, Rule::kD8);
    }
    if (!freed) {
        leave_alone(transition, pipe.write_waiters, Rule::kD8);
    }
    if (pipe.occupied > 0) {
        leave_alone(transition, pipe.read_waiters, Rule::kC19);
        if (transition.has(Defect::kPipeReadWakesReaders)) {
            wake_readers(transition, pipe, event::kReadable, Rule::kD8);
        }
    }
    wake_both_perhaps(transition, pipe, event::kWritable);
    return bytes_read(transition, operation, drained.bytes);
}

namespace {

/// True if a defect keeps this write from waking readers.
bool is_defectively_silent(const Transition& transition, bool was_empty, bool failed) {
    return transition.has(Defect::kPipeWriteSilent) ||
           (transition.has(Defect::kPipeFailedWriteSilent) && failed) ||
           (transition.has(Defect::kPipeWakesOnlyIfEmpty) && !was_empty);
}

}  // namespace

Result write_pipe(Transition& transition, OpenFile& file, const Operation& operation) {
    Pipe& pipe = transition.world.pipes[file.object];
    const std::uint32_t length = transfer_length(operation);
    if (length == 0) {
        if (pipe.readers == 0 && may_fail(transition, error::kEPIPE, Rule::kD7)) {
            return transition.fail(error::kEPIPE, Rule::kD7);  // write(2): "not specified"
        }
        leave_alone(transition, pipe.read_waiters, Rule::kD7);
        if (transition.has(Defect::kPipeEmptyWriteWakes)) {
            wake_readers(transition, pipe, event::kReadable, Rule::kD7);
        }
        return Result::of_value(0);
    }
    const bool was_empty = pipe.occupied == 0;
    Result result;
    if (pipe.readers == 0) {
        result = transition.fail(error::kEPIPE, Rule::kD6);
    } else if (operation.pointer != Pointer::kGood && reaches_copy(transition, pipe, length)) {
        result = transition.fail(error::kEFAULT, Rule::kD6);
    } else {
        Pipe after = pipe;
        const std::uint32_t room = fill(transition, after, length, file.packets);
        if (room < length && !file.nonblocking) {
            if (room > 0) {
                return transition.give_up("a blocking write that is interrupted half-way");
            }
            wake_readers(transition, pipe, event::kReadable, Rule::kD6);
            return Result::blocked();
        }
        const std::int64_t written = transition.transferred(
            room > 0 ? std::int64_t{room} : -error::kEAGAIN, length, pipe.occupied > 0, Rule::kD4);
        if (written > 0) {
            fill(transition, pipe, static_cast<std::uint32_t>(written), file.packets);
        }
        // Where a write of several bytes found no room, one byte may find some.
        pipe.refused_write =
            written > 0 ? written < std::int64_t{length} : pipe.refused_write || length == 1;
        result = written > 0 ? Result::of_value(written)
                             : transition.fail(static_cast<int>(-written), Rule::kD4);
    }
    const bool failed = result.kind == ResultKind::kError;
    if (is_defectively_silent(transition, was_empty, failed)) {
        return result;
    }
    if (transition.has(VersionDifference::kV31)) {
        const bool without_norm = transition.has(Defect::kPipeWriteKeyWithoutNorm);
        if (!was_empty) {
            leave_alone(transition, pipe.read_waiters, Rule::kC21);
        }
        wake_readers(transition, pipe, without_norm ? event::kIn : event::kReadable,
                     failed ? Rule::kD6 : Rule::kD5);
    } else if (was_empty && !failed) {
        wake_readers(transition, pipe, event::kReadable, Rule::kD10);
    }
    wake_both_perhaps(transition, pipe, event::kReadable);
    return result;
}

Result control_pipe_size(Transition& transition, const OpenFile& file, const Operation& operation) {
    const Calibration& calibration = *transition.settings.calibration;
    if (file.kind != FileKind::kPipe) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    Pipe& pipe = transition.world.pipes[file.object];
    if (static_cast<FcntlCommand>(operation.number) == FcntlCommand::kGetPipeSize) {
        transition.decided_by(Rule::kD4);
        return Result::of_value(std::int64_t{pipe.capacity} * calibration.page_size);
    }
    const std::uint64_t size =
        std::bit_ceil(std::max<std::uint64_t>(operation.value, calibration.page_size));
    const std::uint64_t slots = size / calibration.page_size;
    if (slots > kMaxPipeSlots) {
        return transition.give_up("a larger pipe than the model has room for");
    }
    if (slots > pipe.capacity && size > calibration.pipe_max_size &&
        !calibration.may_exceed_pipe_max) {
        return transition.fail(error::kEPERM, Rule::kD13);
    }
    if (slots < pipe.occupied && !transition.has(Defect::kPipeShrinksBelowContent)) {
        return transition.fail(error::kEBUSY, Rule::kD13);
    }
    pipe.capacity = static_cast<std::uint8_t>(slots);
    pipe.refused_write = false;
    if (!transition.has(Defect::kPipeResizeSilent)) {
        wake_writers(transition, pipe,
                     transition.has(Defect::kPipeResizeKeyIn) ? event::kIn : EventMask{0},
                     Rule::kD13);
    }
    return Result::of_value(static_cast<std::int64_t>(size));
}

void release_pipe_end(Transition& transition, const OpenFile& file) {
    Pipe& pipe = transition.world.pipes[file.object];
    pipe.readers = static_cast<std::uint8_t>(pipe.readers - (file.readable ? 1 : 0));
    pipe.writers = static_cast<std::uint8_t>(pipe.writers - (file.writable ? 1 : 0));
    const bool last = (pipe.readers == 0) != (pipe.writers == 0);
    if (!last) {
        leave_alone(transition, pipe.read_waiters, Rule::kD11);
        leave_alone(transition, pipe.write_waiters, Rule::kD11);
    }
    if ((last && !transition.has(Defect::kPipeCloseSilent)) ||
        transition.has(Defect::kPipeEveryCloseWakes)) {
        const EventMask key = transition.has(Defect::kPipeCloseKeyIn) ? event::kIn : EventMask{0};
        wake_readers(transition, pipe, key, Rule::kD11);
        wake_writers(transition, pipe, key, Rule::kD11);
    }
    if (pipe.readers == 0 && pipe.writers == 0) {
        pipe = Pipe{};
    }
}

}  // namespace epollcheck
