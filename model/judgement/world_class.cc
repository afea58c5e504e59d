// World classes. See world_class.h.

#include "model/judgement/world_class.h"

#include <algorithm>
#include <array>

#include "model/eventpoll/signals.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

/// 0, 1 for some, 2 for all that there is room for.
std::uint64_t bucket(std::uint64_t count, std::uint64_t room) {
    return count == 0 ? 0 : count < room ? 1 : 2;
}

std::uint64_t state_of(const World& world, const OpenFile& file) {
    switch (file.kind) {
        case FileKind::kEventfd:
            return bucket(world.eventfds[file.object].count, ~std::uint64_t{0});
        case FileKind::kPipe: {
            const Pipe& pipe = world.pipes[file.object];
            return bucket(pipe.occupied, pipe.capacity) | (pipe.readers > 0 ? 4U : 0U) |
                   (pipe.writers > 0 ? 8U : 0U);
        }
        case FileKind::kSocket: {
            const UnixSocket& socket = world.sockets[file.object];
            return bucket(socket.queued, socket.backlog + 1) | std::uint64_t{socket.shut} << 2 |
                   static_cast<std::uint64_t>(socket.state) << 4 | (socket.error != 0 ? 64U : 0U) |
                   (socket.out_of_band >= 0 ? 128U : 0U) | (socket.peer >= 0 ? 256U : 0U) |
                   (socket.relay >= 0 ? 512U : 0U);
        }
        case FileKind::kInotify:
            return bucket(world.inotifies[file.object].queued, kMaxNotices);
        case FileKind::kTimerfd: {
            const Timer& timer = world.timers[file.object];
            return (timer.armed ? 1U : 0U) | (timer.ticks ? 2U : 0U) | (timer.periodic ? 4U : 0U) |
                   (timer.canceled ? 8U : 0U) | static_cast<std::uint64_t>(timer.expiry) << 4;
        }
        case FileKind::kPidfd:
            return static_cast<std::uint64_t>(world.children[file.object].state);
        case FileKind::kSignalfd:
            return world.signalfds[file.object].mask |
                   std::uint64_t{pending_signals(world.signals[0])} << 8;
        case FileKind::kMounts:
        case FileKind::kDomainName:
            return static_cast<std::uint64_t>(file.announced);
        case FileKind::kRing:
            return bucket(world.rings[file.object].completed, kMaxCompletions);
        case FileKind::kOther:
            return file.object;
        case FileKind::kTerminal: {
            const Terminal& terminal = world.terminals[file.object / 2];
            const TerminalSide& side = terminal.sides[file.object % 2];
            return (side.line_count > 0 ? 1U : 0U) | (side.in_flight > 0 ? 2U : 0U) |
                   (side.partial > 0 ? 4U : 0U) | (side.canonical ? 8U : 0U) |
                   (terminal.sides[1 - file.object % 2].files > 0 ? 16U : 0U);
        }
        case FileKind::kInetSocket: {
            const InetSocket& socket = world.inet_sockets[file.object];
            return bucket(socket.queued, kMaxDatagrams) | std::uint64_t{socket.shut} << 2 |
                   static_cast<std::uint64_t>(socket.state) << 4 | (socket.error != 0 ? 128U : 0U) |
                   static_cast<std::uint64_t>(socket.urgent) << 8 | (socket.full ? 1024U : 0U) |
                   bucket(socket.unread, socket.low_water) << 11;
        }
        default:
            return 0;
    }
}

}  // namespace

WorldKey world_class(const World& world, const Settings& settings) {
    KeyMixer mixer;
    for (int process = 0; process < kMaxProcesses && world.table_of[process] >= 0; ++process) {
        const SlotTable& table = world.tables[world.table_of[process]];
        mixer.add(table.open);
        for_each_member(table.open, [&](int slot) {
            const OpenFile& file = world.files[table.files[slot]];
            mixer.add(static_cast<std::uint64_t>(file.kind) | state_of(world, file) << 8);
        });
    }
    mixer.add(world.in_flight);
    for (int i = 0; i < kMaxRequests; ++i) {
        const Request& request = world.requests[i];
        if (request.ring >= 0) {
            mixer.add(static_cast<std::uint64_t>(request.kind) << 8 |
                      static_cast<std::uint64_t>(world.items[kMaxItems + i].file));
        }
    }
    World scratch = world;  // a peek changes nothing, but its type cannot say so
    Choices choices;
    Event events[kMaxEvents];
    Transition transition(scratch, settings, nullptr, choices, events);
    transition.look = Look::kPeek;
    std::array<std::uint64_t, kMaxItems> items;
    std::size_t count = 0;
    for_each_member(world.used_items, [&](int i) {
        const Item& item = world.items[i];
        const bool nested = world.files[item.file].kind == FileKind::kEpoll;
        // To look into an instance would change it.
        const EventMask ready =
            nested ? 0 : file_mask(transition, item.file, item.events).surely & item.events;
        const bool armed = (item.events & ~event::kPrivate) != 0;
        items[count++] = static_cast<std::uint64_t>(item.file) << 48 |
                         static_cast<std::uint64_t>(item.instance) << 40 |
                         std::uint64_t{item.events >> 28} << 34 |
                         (item.queued == Queued::kYes ? 1ULL << 33 : 0) | (armed ? 1ULL << 32 : 0) |
                         ready;
    });
    std::sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
        mixer.add(items[i]);
    }
    return mixer.key();
}

}  // namespace epollcheck
