// World as text. See world_text.h.

#include "harness/check/world_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "model/eventpoll/ready_list.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

/// What the poll method of `file` says now. In a copy of the world, because a look at an instance
/// may take items off its ready list (R-B31).
std::string mask_text(World world, const Settings& settings, int file) {
    Choices choices;
    Event event_space[kMaxEvents];
    Transition transition(world, settings, nullptr, choices, event_space);
    const MaskRange range = file_mask(transition, file, ~event::kPrivate);
    if (range.surely == range.possibly) {
        return event_mask_text(range.surely);
    }
    return fmt::format("{} to {}", event_mask_text(range.surely), event_mask_text(range.possibly));
}

struct Row {
    std::string place;
    std::string file;
    std::string interest;
    std::string state;
};

Row row_of(const World& world, const Settings& settings, const Program& program, const Item& item,
           int place) {
    Row row;
    row.place = item.queued == Queued::kNo      ? "not queued"
                : item.queued == Queued::kMaybe ? fmt::format("maybe {}", place)
                                                : fmt::format("ready {}", place);
    row.file = file_text(world, program, item.file);
    // ERR and HUP are part of every armed interest, so they say nothing (R-C34).
    row.interest =
        fmt::format("{{{}, {}}}", event_mask_text(item.events & ~event::kAlways), item.data);
    row.state = fmt::format("is {}", mask_text(world, settings, item.file));
    if ((item.events & ~event::kPrivate) == 0) {
        row.state += ", disabled by its ONESHOT";
    }
    if (item.cause != Rule::kNone) {
        row.state +=
            fmt::format(", {} {}", item.queued == Queued::kNo ? "taken out by" : "queued by",
                        rule_info(item.cause).id);
    }
    return row;
}

std::vector<Row> rows_of(const World& world, const Settings& settings, const Program& program,
                         ItemSet items) {
    std::vector<const Item*> order;
    for_each_member(items, [&](int i) { order.push_back(&world.items[i]); });
    std::stable_sort(order.begin(), order.end(), [](const Item* left, const Item* right) {
        const bool left_queued = left->queued != Queued::kNo;
        const bool right_queued = right->queued != Queued::kNo;
        return left_queued != right_queued ? left_queued
               : left_queued               ? left->latest_rank < right->latest_rank
                                           : left->slot < right->slot;
    });
    std::vector<Row> rows;
    for (const Item* item : order) {
        rows.push_back(row_of(world, settings, program, *item, static_cast<int>(rows.size()) + 1));
    }
    return rows;
}

}  // namespace

std::string file_text(const World& world, const Program& program, int file) {
    for (int process = 0; process < kMaxProcesses && world.table_of[process] >= 0; ++process) {
        const SlotTable& table = world.tables[world.table_of[process]];
        const std::string owner = process == 0 ? "" : fmt::format(" of P{}", process + 1);
        for (std::size_t handle = 0; handle < program.handles.size(); ++handle) {
            const int slot = world.handles[handle];
            if (slot >= 0 && table.files[slot] == file) {
                return program.handles[handle] + owner;
            }
        }
        for (int slot = 0; slot < kMaxSlots; ++slot) {
            if (table.is_open(slot) && table.files[slot] == file) {
                return fmt::format("descriptor {}{}", slot, owner);
            }
        }
    }
    const bool travels =
        std::any_of(std::begin(world.buffers), std::end(world.buffers),
                    [&](const SocketBuffer& buffer) { return buffer.rights == file; });
    return travels ? "a file in flight" : "a closed file";
}

std::string world_text(const World& world, const Settings& settings, const Program& program,
                       const std::string& indent) {
    std::string text;
    for (const Instance& instance : world.instances) {
        if (instance.file < 0) {
            continue;
        }
        const auto rows = rows_of(world, settings, program, instance.items);
        std::size_t file_width = 0;
        std::size_t interest_width = 0;
        for (const Row& row : rows) {
            file_width = std::max(file_width, row.file.size());
            interest_width = std::max(interest_width, row.interest.size());
        }
        text += fmt::format("{}{} watches{}\n", indent, file_text(world, program, instance.file),
                            rows.empty() ? " nothing" : ":");
        for (const Row& row : rows) {
            text += fmt::format("{}  {:<10}  {:<{}}  {:<{}}  {}\n", indent, row.place, row.file,
                                file_width, row.interest, interest_width, row.state);
        }
    }
    return text;
}

}  // namespace epollcheck
