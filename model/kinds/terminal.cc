// Pseudo terminals. See terminal.h.

#include "model/kinds/terminal.h"

#include <algorithm>
#include <numeric>

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr int kMaster = 0;
constexpr int kSlave = 1;
constexpr std::uint32_t kMostBytes = 1024;       // unread on one side: far from every limit
constexpr std::uint32_t kUnthrottleBytes = 128;  // TTY_THRESHOLD_UNTHROTTLE
constexpr EventMask kHungUp = event::kReadable | event::kWritable | event::kErr | event::kHup;
constexpr int kReadEntry = 0;
constexpr int kWriteEntry = 1;

Terminal& terminal_of(World& world, int side) { return world.terminals[side / 2]; }
TerminalSide& side_of(World& world, int side) { return terminal_of(world, side).sides[side % 2]; }
const TerminalSide& side_of(const World& world, int side) {
    return world.terminals[side / 2].sides[side % 2];
}
constexpr int other_side(int side) { return side ^ 1; }

/// Bytes that can be read.
std::uint32_t available(const TerminalSide& side) {
    return std::accumulate(side.lines, side.lines + side.line_count, std::uint32_t{0});
}

std::uint32_t unread(const TerminalSide& side) {
    return std::accumulate(
        side.flight, side.flight + side.in_flight, available(side) + side.partial,
        [](std::uint32_t sum, const TerminalWrite& write) { return sum + write.length; });
}

/// True if there will be something to read once all has arrived.
bool will_be_readable(const TerminalSide& side) {
    const auto* const end = side.flight + side.in_flight;
    return side.line_count > 0 || std::any_of(side.flight, end, [&](const TerminalWrite& write) {
               return !side.canonical || write.ends_line;
           });
}

/// True if the side can read what came with `write`.
bool gives_input(const Transition& transition, const TerminalSide& side,
                 const TerminalWrite& write) {
    const bool needs_line = side.canonical ? !transition.has(Defect::kPtyPartIsReadable)
                                           : transition.has(Defect::kPtyRawNeedsLine);
    return write.ends_line || !needs_line;
}

bool is_hung_up(const Terminal& terminal, int side) {
    return side % 2 == kSlave && terminal.sides[kMaster].files == 0;
}

/// Adds a write that arrived. Returns true if it makes something readable.
bool take_in(Transition& transition, TerminalSide& side, const TerminalWrite& write) {
    side.partial = static_cast<std::uint16_t>(side.partial + write.length);
    if (!gives_input(transition, side, write)) {
        return false;
    }
    const bool starts_line = side.canonical || side.line_count == 0;
    if (starts_line && side.line_count == kMaxLines) {
        transition.give_up("more lines in a terminal than the model has room for");
        return false;
    }
    side.line_count = static_cast<std::uint8_t>(side.line_count + (starts_line ? 1 : 0));
    std::uint16_t& line = side.lines[side.line_count - 1];
    line = static_cast<std::uint16_t>(line + side.partial);
    side.partial = 0;
    return true;
}

void let_all_arrive(Transition& transition, int side) {
    while (has_input_in_flight(transition.world, side)) {
        let_input_arrive(transition, side);
    }
}

/// Wakes whoever waits to write to `side`.
void wake_writers(Transition& transition, int side, EventMask key, Rule rule) {
    wake(transition, side_of(transition.world, side).writers, kWriteEntry, key, rule);
}

/// The side behind a descriptor argument; -1 with the answer if there is none.
int side_behind(Transition& transition, const Descriptor& descriptor, Result& answer) {
    const int index = open_file(transition, descriptor);
    if (index < 0) {
        answer = transition.fail(error::kEBADF, Rule::kNone);
        return -1;
    }
    if (transition.world.files[index].kind != FileKind::kTerminal) {
        answer = transition.give_up("calls of terminals are modelled on terminals only");
        return -1;
    }
    return transition.world.files[index].object;
}

int new_terminal_file(Transition& transition, int side, std::uint32_t flags) {
    const int file = new_file(transition, FileKind::kTerminal, side);
    transition.world.files[file].nonblocking = (flags & flag::kNonblock) != 0;
    ++side_of(transition.world, side).files;
    return file;
}

Result write_bytes(Transition& transition, int side, const Operation& operation, bool ends_line) {
    World& world = transition.world;
    if (is_hung_up(terminal_of(world, side), side)) {
        return transition.fail(error::kEIO, Rule::kD81);
    }
    const int target = other_side(side);
    TerminalSide& reader = side_of(world, target);
    const bool bad = operation.pointer != Pointer::kGood && operation.length > 0;
    if (operation.as_value || reader.in_flight == kMaxFlight ||
        unread(reader) + operation.length > kMostBytes) {
        return transition.give_up("a write to a terminal that is not modelled");
    }
    if (operation.length > 0 && !bad) {
        reader.flight[reader.in_flight++] = {static_cast<std::uint16_t>(operation.length),
                                             ends_line};
    }
    // The worker may be faster than the end of this call.
    while (reader.in_flight > 0 && transition.choose(0b11) == 1) {
        let_input_arrive(transition, target);
    }
    if (!transition.has(Defect::kPtyOwnWriteSilent)) {
        wake_writers(transition, side, event::kOut, Rule::kD80);
    }
    return bad ? transition.fail(error::kEFAULT, Rule::kNone) : Result::of_value(operation.length);
}

}  // namespace

MaskRange terminal_mask(Transition& transition, const OpenFile& file) {
    World& world = transition.world;
    const int index = file.object;
    const Terminal& terminal = terminal_of(world, index);
    if (is_hung_up(terminal, index)) {
        transition.decided_by(Rule::kD81);
        const bool hides = transition.has(Defect::kPtyHungUpWithoutErr);
        return MaskRange::exactly(kHungUp & ~(hides ? event::kErr : 0));
    }
    transition.decided_by(Rule::kD78);
    if (transition.look == Look::kCertain && look_fetches_input(world, index)) {
        let_all_arrive(transition, index);
    }
    EventMask mask = event::kWritable;
    mask |= will_be_readable(side_of(world, index)) ? event::kReadable : 0;
    mask |= index % 2 == kMaster && terminal.sides[kSlave].files == 0 &&
                    !transition.has(Defect::kPtyHupMissing)
                ? event::kHup
                : 0;
    return MaskRange::exactly(mask);
}

Result create_terminal(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if (!transition.settings.calibration->has_terminals) {
        return transition.give_up("the target has no pseudo terminals");
    }
    int index = 0;
    while (index < kMaxTerminals && world.terminals[index].used) {
        ++index;
    }
    if (index == kMaxTerminals) {
        return transition.give_up("more terminals than the model has room for");
    }
    world.terminals[index] = Terminal{};
    world.terminals[index].used = true;
    world.has_company = true;
    const bool close_on_exec = (operation.flags & flag::kCloexec) != 0;
    const int master = new_terminal_file(transition, 2 * index + kMaster, operation.flags);
    const Result first = install(transition, master, close_on_exec);
    const int slave = new_terminal_file(transition, 2 * index + kSlave, operation.flags);
    const Result second = install(transition, slave, close_on_exec);
    return Result::of_descriptor(first.slots[0], second.slots[0]);
}

Result open_slave(Transition& transition, const Operation& operation) {
    Result answer;
    const int side = side_behind(transition, operation.fd, answer);
    if (side < 0) {
        return answer;
    }
    if (side % 2 != kMaster) {
        return transition.give_up("the slave is opened from the master only");
    }
    transition.decided_by(Rule::kD81);
    if (transition.has(Defect::kPtyOpenWakes)) {
        wake(transition, side_of(transition.world, side).readers, kReadEntry, 0, Rule::kD81);
    }
    const int file = new_terminal_file(transition, other_side(side), operation.flags);
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

Result set_terminal_mode(Transition& transition, const Operation& operation) {
    Result answer;
    const int side = side_behind(transition, operation.fd, answer);
    if (side < 0) {
        return answer;
    }
    if (is_hung_up(terminal_of(transition.world, side), side)) {
        return transition.fail(error::kEIO, Rule::kD81);
    }
    const int target = side | kSlave;
    TerminalSide& slave = side_of(transition.world, target);
    const bool canonical = (operation.flags & flag::kCanonical) != 0;
    if (slave.canonical != canonical) {
        // All that has arrived can be read now: as bytes, or as one line.
        const std::uint32_t bytes = available(slave) + slave.partial;
        std::fill(std::begin(slave.lines), std::end(slave.lines), std::uint16_t{0});
        slave.lines[0] = static_cast<std::uint16_t>(bytes);
        slave.line_count = bytes > 0 ? 1 : 0;
        slave.partial = 0;
        slave.canonical = canonical;
    }
    if (!transition.has(Defect::kPtyModeSilent)) {
        wake_writers(transition, target, 0, Rule::kD80);
        wake(transition, slave.readers, kReadEntry, 0, Rule::kD80);
    }
    return Result::of_value(0);
}

Result write_terminal(Transition& transition, const OpenFile& file, const Operation& operation) {
    return write_bytes(transition, file.object, operation, false);
}

Result write_line(Transition& transition, const Operation& operation) {
    Result answer;
    const int side = side_behind(transition, operation.fd, answer);
    return side < 0 ? answer : write_bytes(transition, side, operation, operation.length > 0);
}

Result read_terminal(Transition& transition, const OpenFile& file, const Operation& operation) {
    World& world = transition.world;
    const int index = file.object;
    const std::uint32_t length = transfer_length(operation);
    if (is_hung_up(terminal_of(world, index), index)) {
        transition.decided_by(Rule::kD81);
        return transition.has(Defect::kPtyHungUpReadFails)
                   ? transition.fail(error::kEIO, Rule::kD81)
                   : Result::of_value(0);
    }
    if (length == 0) {
        return Result::of_value(0);
    }
    if (operation.pointer != Pointer::kGood || operation.as_value) {
        return transition.give_up("a read from a terminal that is not modelled");
    }
    if (look_fetches_input(world, index)) {
        let_all_arrive(transition, index);
    }
    TerminalSide& side = side_of(world, index);
    if (side.line_count == 0) {
        if (index % 2 == kMaster && terminal_of(world, index).sides[kSlave].files == 0) {
            return transition.fail(error::kEIO, Rule::kD81);
        }
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kNone) : Result::blocked();
    }
    const auto taken = static_cast<std::uint16_t>(std::min<std::uint32_t>(length, side.lines[0]));
    side.lines[0] = static_cast<std::uint16_t>(side.lines[0] - taken);
    if (side.lines[0] == 0) {
        std::copy(side.lines + 1, side.lines + side.line_count, side.lines);
        side.lines[--side.line_count] = 0;
    }
    if (available(side) <= kUnthrottleBytes && !transition.has(Defect::kPtyReadSilent)) {
        wake_writers(transition, other_side(index), event::kOut, Rule::kD80);
    }
    return Result::of_value(taken);
}

void release_terminal(Transition& transition, const OpenFile& file) {
    const int index = file.object;
    Terminal& terminal = terminal_of(transition.world, index);
    TerminalSide& closed = side_of(transition.world, index);
    TerminalSide& left = side_of(transition.world, other_side(index));
    if (--closed.files > 0) {
        // After a hangup Linux takes the last slave but one for the last, as the master is not
        // counted any more (pty_close()).
        if (index % 2 == kSlave && terminal.sides[kMaster].files == 0 && closed.files == 1) {
            wake(transition, closed.readers, kReadEntry, 0, Rule::kD80);
            wake_writers(transition, index, 0, Rule::kD80);
        }
        if (transition.has(Defect::kPtyEveryCloseWakes)) {
            wake(transition, left.readers, kReadEntry, 0, Rule::kD81);
        }
        return;
    }
    const bool silent = transition.has(index % 2 == kMaster ? Defect::kPtyMasterCloseSilent
                                                            : Defect::kPtySlaveCloseSilent);
    if (left.files > 0 && !silent) {
        wake(transition, left.readers, kReadEntry, 0, Rule::kD81);
        wake_writers(transition, other_side(index), 0, Rule::kD81);
    } else if (left.files == 0 && terminal.sides[kMaster].files == 0) {
        terminal = Terminal{};
        return;
    }
    if (index % 2 == kMaster) {
        // What a terminal that is hung up held is gone.
        for (TerminalSide& side : terminal.sides) {
            side = {.files = side.files, .readers = side.readers, .writers = side.writers};
        }
    }
}

bool is_hung_up(const World& world, const OpenFile& file) {
    return is_hung_up(world.terminals[file.object / 2], file.object);
}

WaitQueues terminal_queues(World& world, const OpenFile& file) {
    TerminalSide& side = side_of(world, file.object);
    return {{&side.readers, &side.writers}};
}

bool has_input_in_flight(const World& world, int side) {
    return side_of(world, side).in_flight > 0;
}

bool look_fetches_input(const World& world, int side) {
    const TerminalSide& reader = side_of(world, side);
    return reader.in_flight > 0 && reader.line_count == 0 && reader.files > 0;
}

void let_input_arrive(Transition& transition, int side) {
    TerminalSide& reader = side_of(transition.world, side);
    const TerminalWrite write = reader.flight[0];
    std::copy(reader.flight + 1, reader.flight + reader.in_flight, reader.flight);
    reader.flight[--reader.in_flight] = TerminalWrite{};
    if (take_in(transition, reader, write) && !transition.has(Defect::kPtyInputSilent)) {
        wake(transition, reader.readers, kReadEntry, event::kReadable, Rule::kD79);
    }
}

}  // namespace epollcheck
