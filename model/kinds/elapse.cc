// What happens without the program. See elapse.h.

#include "model/kinds/elapse.h"

#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"
#include "model/kinds/pidfd.h"
#include "model/kinds/poll_calls.h"
#include "model/kinds/terminal.h"
#include "model/kinds/timerfd.h"

namespace epollcheck {

namespace {

// Options of one choice: to let nothing more happen now, or that one source takes its next step.
constexpr int kNothing = 0;
constexpr int kFirstChild = 1;
constexpr int kFirstTimer = kFirstChild + kMaxChildren;
constexpr int kFirstTerminal = kFirstTimer + kMaxTimers;

constexpr std::uint64_t option(int number) { return std::uint64_t{1} << number; }

std::uint64_t steps_under_way(const World& world) {
    std::uint64_t options = 0;
    for (int i = 0; i < kMaxChildren; ++i) {
        options |= is_dying(world.children[i]) ? option(kFirstChild + i) : 0;
    }
    for (int i = 0; i < kMaxTimers; ++i) {
        options |= is_due(world.timers[i]) ? option(kFirstTimer + i) : 0;
    }
    for (int i = 0; i < kTerminalSides; ++i) {
        if (world.terminals[i / 2].used) {  // most worlds have none, and this runs at every wait
            options |= has_input_in_flight(world, i) ? option(kFirstTerminal + i) : 0;
        }
    }
    return options;
}

/// True if something is under way that may stay so for the executor, which can only look: input
/// for a side of a terminal that has something to read, or that nobody has open.
bool may_stay_under_way(const World& world, std::uint64_t steps) {
    bool all_may = steps != 0;
    for (int i = 0; i < kFirstTerminal; ++i) {
        all_may = all_may && (steps & option(i)) == 0;
    }
    for (int i = 0; i < kTerminalSides; ++i) {
        all_may =
            all_may && ((steps & option(kFirstTerminal + i)) == 0 || !look_fetches_input(world, i));
    }
    return all_may;
}

void take_step(Transition& transition, int step) {
    if (step >= kFirstTerminal) {
        let_input_arrive(transition, step - kFirstTerminal);
    } else if (step >= kFirstTimer) {
        expire(transition, transition.world.timers[step - kFirstTimer]);
    } else {
        die_further(transition, transition.world.children[step - kFirstChild]);
    }
}

}  // namespace

bool is_anything_under_way(const World& world) {
    return world.has_company && steps_under_way(world) != 0;
}

void elapse(Transition& transition) {
    if (!transition.world.has_company) {
        return;
    }
    while (const std::uint64_t steps = steps_under_way(transition.world)) {
        const int step = transition.choose(steps | option(kNothing));
        if (step <= kNothing) {
            return;
        }
        take_step(transition, step);
    }
}

Result settle(Transition& transition, const Operation& operation) {
    const EventMask filter = operation.flags | event::kAlways;
    const int index = open_file(transition, operation.fd);
    while (steps_under_way(transition.world) != 0) {
        const MaskRange range =
            index < 0 ? MaskRange{} : file_mask(transition, index, filter) & filter;
        const bool invalid =  // answered with NVAL; negative numbers are left out, see poll(2)
            index < 0 && (operation.fd.handle >= 0 ? slot_of(transition, operation.fd)
                                                   : operation.fd.number) >= 0;
        if (range.surely != 0 || invalid) {
            break;
        }
        const std::uint64_t steps = steps_under_way(transition.world);
        if (steps == 0) {
            break;  // the look fetched the last that was under way
        }
        const bool may_end = range.possibly != 0 || may_stay_under_way(transition.world, steps);
        const int step = transition.choose(steps | (may_end ? option(kNothing) : 0));
        if (step <= kNothing) {
            break;
        }
        take_step(transition, step);
    }
    // The executor looks once more at a child of which it saw the end, and that look waits until
    // the end is complete.
    if (index >= 0 && transition.world.files[index].kind == FileKind::kPidfd) {
        Child& child = transition.world.children[transition.world.files[index].object];
        if (child.state == ChildState::kEnded) {
            die_further(transition, child);
        }
    }
    return poll_descriptor(transition, operation);
}

}  // namespace epollcheck
