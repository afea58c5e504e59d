// World keys. See world_key.h.

#include "model/judgement/world_key.h"

#include <algorithm>
#include <array>

namespace epollcheck {

namespace {

std::uint64_t byte(int value) { return static_cast<std::uint8_t>(value); }

/// Names all fields of all records, so that one more does not compile until somebody comes here and
/// decides: if programs can tell at tier exact, it goes into the key below.
[[maybe_unused]] void name_all_fields(const World& world) {
    {
        [[maybe_unused]] const auto& [handles, table_of, in_flight, tables, used_items, next_rank,
                                      next_stamp, next_address, has_company, files, items,
                                      instances, pipes, eventfds, sockets, buffers, inode_sizes,
                                      used_inodes, entries, inotifies, children, inet_sockets,
                                      timers, signalfds, signals, announcement_waiters, terminals,
                                      rings, requests, watch_limit, slot_limit] = world;
    }
    { [[maybe_unused]] const auto& [used, mask] = world.signalfds[0]; }
    { [[maybe_unused]] const auto& [blocked, pending, waiters] = world.signals[0]; }
    { [[maybe_unused]] const auto& [used, sides] = world.terminals[0]; }
    {
        [[maybe_unused]] const auto& [files, canonical, line_count, in_flight, partial, lines,
                                      flight, readers, writers] = world.terminals[0].sides[0];
        [[maybe_unused]] const auto& [length, ends_line] = flight[0];
    }
    { [[maybe_unused]] const auto& [files, open, close_on_exec] = world.tables[0]; }
    {
        [[maybe_unused]] const auto& [kind, object, references, readable, writable, nonblocking,
                                      packets, announced, writers_at_open, offset, items] =
            world.files[0];
    }
    {
        [[maybe_unused]] const auto& [data, events, not_fallen, earliest_rank, latest_rank, cause,
                                      file, slot, instance, queued, next_waiter] = world.items[0];
    }
    {
        [[maybe_unused]] const auto& [items, file, pollers, limited, busy_poll] =
            world.instances[0];
    }
    {
        [[maybe_unused]] const auto& [used, fifo, refused_write, path, readers, writers,
                                      writer_opens, capacity, occupied, head, read_waiters,
                                      write_waiters, slots] = world.pipes[0];
        [[maybe_unused]] const auto& [offset, length, packet] = slots[0];
    }
    { [[maybe_unused]] const auto& [count, used, semaphore, waiters] = world.eventfds[0]; }
    {
        [[maybe_unused]] const auto& [used, next, owner, embryo, rights, unread, charge] =
            world.buffers[0];
    }
    {
        [[maybe_unused]] const auto& [used, dead, type, state, shut, error, address, owns_address,
                                      refused_write, peer, relay, first, last, out_of_band, queued,
                                      backlog, charged, relay_is_certain, relay_stamp, waiters] =
            world.sockets[0];
    }
    {
        [[maybe_unused]] const auto& [used, queued, last_number, watches, notices, waiters] =
            world.inotifies[0];
        [[maybe_unused]] const auto& [number, wanted] = watches[0];
        [[maybe_unused]] const auto& [watch, what, entry] = notices[0];
    }
    { [[maybe_unused]] const auto& [used, state, waiters] = world.children[0]; }
    {
        [[maybe_unused]] const auto& [used, armed, expired, ticks, periodic, wall_clock, cancels,
                                      canceled, expiry, period, waiters] = world.timers[0];
    }
    {
        [[maybe_unused]] const auto& [used, datagram, open, waits, state, call, shut, error,
                                      has_port, address, destination, peer, finished,
                                      resets_on_close, urgent_inline, full, urgent, queued, first,
                                      next, backlog, low_water, urgent_offset, unread, datagrams,
                                      waiters] = world.inet_sockets[0];
    }
}

[[maybe_unused]] void name_fields_of_rings(const World& world) {
    {
        [[maybe_unused]] const auto& [used, completed, written, completions, waiters] =
            world.rings[0];
        [[maybe_unused]] const auto& [mask, data] = completions[0];
    }
    { [[maybe_unused]] const auto& [ring, id, kind] = world.requests[0]; }
}

/// Numbers for the records of one array, given in the order in which they are asked for.
template <int kRecords>
class Numbering {
public:
    Numbering() { numbers_.fill(-1); }

    /// The number of record `index`, or 255 for -1: nothing.
    std::uint64_t of(int index) {
        if (index < 0) {
            return byte(-1);
        }
        std::int8_t& number = numbers_[static_cast<std::size_t>(index)];
        if (number < 0) {
            number = static_cast<std::int8_t>(count_);
            order_[static_cast<std::size_t>(count_++)] = static_cast<std::int8_t>(index);
        }
        return byte(number);
    }
    [[nodiscard]] int count() const { return count_; }
    /// The record with `number`.
    [[nodiscard]] int record(int number) const { return order_[static_cast<std::size_t>(number)]; }

private:
    std::array<std::int8_t, kRecords> numbers_;
    std::array<std::int8_t, kRecords> order_;
    int count_ = 0;
};

class Canonical {
public:
    explicit Canonical(const World& world) : world_(world) {}

    WorldKey key(int handle_count) {
        add_descriptors(handle_count);
        number_items();
        for (int i = 0; i < files_.count(); ++i) {
            add_file(world_.files[files_.record(i)]);
        }
        for (int i = 0; i < pipes_.count(); ++i) {
            add_pipe(world_.pipes[pipes_.record(i)]);
        }
        for (int i = 0; i < sockets_.count(); ++i) {  // the list grows on the way
            add_socket(world_.sockets[sockets_.record(i)]);
        }
        for (int i = 0; i < inet_sockets_.count(); ++i) {  // and so does this one
            add_inet_socket(world_.inet_sockets[inet_sockets_.record(i)]);
        }
        for (int i = 0; i < terminals_.count(); ++i) {
            add_terminal(world_.terminals[terminals_.record(i)]);
        }
        for (int i = 0; i < items_.count(); ++i) {
            add_item(items_.record(i));
        }
        add_signals();
        add_ready_lists();
        return mixer_.key();
    }

private:
    void add_descriptors(int handle_count) {
        for (int handle = 0; handle < handle_count;) {
            std::uint64_t word = 0;
            for (int i = 0; i < 8 && handle < handle_count; ++i, ++handle) {
                word = word << 8 | byte(world_.handles[handle]);
            }
            mixer_.add(word);
        }
        mixer_.add(world_.signals[0].blocked | std::uint64_t{world_.signals[1].blocked} << 8 |
                   static_cast<std::uint64_t>(static_cast<std::uint16_t>(world_.watch_limit))
                       << 16 |
                   byte(world_.slot_limit) << 32);
        mixer_.add(world_.inode_sizes[0] | std::uint64_t{world_.entries} << 32);
        add_table(world_.tables[world_.table_of[0]]);
        if (world_.table_of[1] >= 0) {
            const bool shares = world_.table_of[1] == world_.table_of[0];
            mixer_.add(shares ? 1 : 2);
            if (!shares) {
                add_table(world_.tables[world_.table_of[1]]);
            }
        }
        // Files in flight have numbers, too, before their items are asked about, and so have those
        // that only a request holds.
        for (int i = 0; i < kMaxRequests; ++i) {
            if (world_.requests[i].ring >= 0) {
                files_.of(world_.items[kMaxItems + i].file);
            }
        }
        for (const SocketBuffer& buffer : world_.buffers) {
            if (world_.in_flight > 0 && buffer.rights >= 0) {
                files_.of(buffer.rights);
            }
        }
    }

    void add_table(const SlotTable& table) {
        mixer_.add(table.open);
        mixer_.add(table.close_on_exec);
        for_each_member(table.open, [&](int slot) { mixer_.add(files_.of(table.files[slot])); });
    }

    /// Items are numbered by their key (R-A3): instance, file, descriptor.
    void number_items() {
        std::array<std::uint32_t, kMaxItems> sorted;
        int count = 0;
        for_each_member(world_.used_items, [&](int i) {
            const Item& item = world_.items[i];
            const std::uint64_t instance = files_.of(world_.instances[item.instance].file);
            const std::uint64_t key =
                instance << 18 | files_.of(item.file) << 12 | byte(item.slot) << 6;
            sorted[static_cast<std::size_t>(count++)] =
                static_cast<std::uint32_t>(key | static_cast<std::uint64_t>(i));
        });
        std::sort(sorted.begin(), sorted.begin() + count);
        for (int i = 0; i < count; ++i) {
            items_.of(static_cast<int>(sorted[static_cast<std::size_t>(i)] & 0x3f));
        }
    }

    void add_file(const OpenFile& file) {
        const std::uint64_t flags = (file.readable ? 1U : 0U) | (file.writable ? 2U : 0U) |
                                    (file.nonblocking ? 4U : 0U) | (file.packets ? 8U : 0U);
        std::uint64_t object = file.object;
        bool saw_writer = false;
        if (file.kind == FileKind::kPipe) {
            object = pipes_.of(file.object);
            // Once unequal the two counters stay so: only that can be seen.
            saw_writer = file.writers_at_open != world_.pipes[file.object].writer_opens;
        } else if (file.kind == FileKind::kSocket) {
            object = sockets_.of(file.object);
        } else if (file.kind == FileKind::kInetSocket) {
            object = inet_sockets_.of(file.object);
        } else if (file.kind == FileKind::kTerminal) {
            object = terminals_.of(file.object / 2) << 1 | (file.object & 1U);
        } else if (file.kind < FileKind::kRegular && file.kind != FileKind::kOther) {
            object = 0;  // belongs to this file alone
        }
        const std::uint64_t kind_and_news =
            byte(static_cast<int>(file.kind)) | byte(static_cast<int>(file.announced)) << 5;
        mixer_.add(kind_and_news | object << 8 | std::uint64_t{file.references} << 16 |
                   flags << 24 | std::uint64_t{saw_writer} << 31 |
                   std::uint64_t{file.offset} << 32);
        if (file.kind == FileKind::kEventfd) {
            const Eventfd& eventfd = world_.eventfds[file.object];
            mixer_.add(eventfd.count);
            mixer_.add(eventfd.semaphore ? 1 : 0);
            add_queue(eventfd.waiters, 0);
        } else if (file.kind == FileKind::kEpoll) {
            const Instance& instance = world_.instances[file.object];
            mixer_.add(instance.busy_poll);
            mixer_.add(instance.limited ? 1 : 0);
            add_queue(instance.pollers, 0);
        } else if (file.kind == FileKind::kInotify) {
            add_inotify(world_.inotifies[file.object]);
        } else if (file.kind == FileKind::kPidfd) {
            const Child& child = world_.children[file.object];
            mixer_.add(static_cast<std::uint64_t>(child.state));
            add_queue(child.waiters, 0);
        } else if (file.kind == FileKind::kTimerfd) {
            add_timer(world_.timers[file.object]);
        } else if (file.kind == FileKind::kRing) {
            add_ring(file.object);
        } else if (file.kind == FileKind::kSignalfd) {
            mixer_.add(world_.signalfds[file.object].mask);
        } else if (file.kind == FileKind::kRegular) {
            mixer_.add(world_.inode_sizes[file.object]);
        }
    }

    /// The items of a wait queue, in order, and an end mark.
    void add_queue(const WaitQueue& queue, int entry) {
        std::uint64_t word = 0;
        int bytes = 0;
        for (int i = queue.first; i >= 0; i = world_.items[i].next_waiter[entry]) {
            word = word << 8 | items_.of(i);
            if (++bytes % 7 == 0) {
                mixer_.add(word);
                word = 0;
            }
        }
        mixer_.add(word << 8 | 0xff);
    }

    /// The number of a ring stays what it is: its requests say it, too.
    void add_ring(int number) {
        const RingFile& ring = world_.rings[number];
        mixer_.add(byte(number) | byte(ring.completed) << 8);
        for (int i = 0; i < ring.completed; ++i) {
            mixer_.add(ring.completions[i].mask);
            mixer_.add(ring.completions[i].data);
        }
        add_queue(ring.waiters, 0);
    }

    void add_inotify(const Inotify& inotify) {
        mixer_.add(static_cast<std::uint32_t>(inotify.last_number) | std::uint64_t{inotify.queued}
                                                                         << 32);
        for (const Watch& watch : inotify.watches) {
            mixer_.add(static_cast<std::uint32_t>(watch.number) | std::uint64_t{watch.wanted}
                                                                      << 32);
        }
        for (int i = 0; i < inotify.queued; ++i) {
            const Notice& notice = inotify.notices[i];
            mixer_.add(static_cast<std::uint32_t>(notice.watch) | std::uint64_t{notice.what} << 32 |
                       std::uint64_t{notice.entry} << 48);
        }
        add_queue(inotify.waiters, 0);
    }

    void add_timer(const Timer& timer) {
        const std::uint64_t flags = (timer.armed ? 1U : 0U) | (timer.expired ? 2U : 0U) |
                                    (timer.ticks ? 4U : 0U) | (timer.periodic ? 8U : 0U) |
                                    (timer.wall_clock ? 16U : 0U) | (timer.cancels ? 32U : 0U) |
                                    (timer.canceled ? 64U : 0U);
        mixer_.add(flags | byte(static_cast<int>(timer.expiry)) << 8 |
                   byte(static_cast<int>(timer.period)) << 16);
        add_queue(timer.waiters, 0);
    }

    void add_signals() {
        for (const Signals& signals : world_.signals) {
            std::uint64_t pending = 0;
            for (const auto& set : signals.pending) {
                for (const std::uint8_t count : set) {
                    pending = pending << 8 | count;
                }
            }
            mixer_.add(pending);
            add_queue(signals.waiters, 0);
        }
        for (const WaitQueue& queue : world_.announcement_waiters) {
            add_queue(queue, 0);
        }
    }

    void add_terminal(const Terminal& terminal) {
        for (const TerminalSide& side : terminal.sides) {
            mixer_.add(std::uint64_t{side.files} | std::uint64_t{side.canonical} << 8 |
                       byte(side.line_count) << 16 | byte(side.in_flight) << 24 |
                       std::uint64_t{side.partial} << 32);
            for (int i = 0; i < side.line_count; ++i) {
                mixer_.add(side.lines[i]);
            }
            for (int i = 0; i < side.in_flight; ++i) {
                mixer_.add(side.flight[i].length | std::uint64_t{side.flight[i].ends_line} << 16);
            }
            add_queue(side.readers, 0);
            add_queue(side.writers, 1);
        }
    }

    void add_pipe(const Pipe& pipe) {
        mixer_.add(std::uint64_t{pipe.fifo} | byte(pipe.path) << 8 | byte(pipe.readers) << 16 |
                   byte(pipe.writers) << 24 | byte(pipe.capacity) << 32 |
                   byte(pipe.occupied) << 40);
        for (int i = 0; i < pipe.occupied; ++i) {
            const PipeSlot& slot = pipe.slots[(pipe.head + i) % kMaxPipeSlots];
            mixer_.add(slot.offset | std::uint64_t{slot.length} << 16 |
                       std::uint64_t{slot.packet} << 32);
        }
        add_queue(pipe.read_waiters, 0);
        add_queue(pipe.write_waiters, 1);
    }

    void add_socket(const UnixSocket& socket) {
        const std::uint64_t flags = (socket.dead ? 1U : 0U) | (socket.owns_address ? 2U : 0U) |
                                    (socket.relay >= 0 && socket.relay_is_certain ? 4U : 0U);
        mixer_.add(flags | byte(static_cast<int>(socket.type)) << 8 |
                   byte(static_cast<int>(socket.state)) << 16 | byte(socket.shut) << 24 |
                   byte(socket.error) << 32 | sockets_.of(socket.peer) << 40 |
                   sockets_.of(socket.relay) << 48 | relay_place(socket) << 56);
        const int address = socket.address == 0 ? -1 : socket.address;
        mixer_.add(addresses_.of(address) | byte(socket.queued) << 8 |
                   std::uint64_t{socket.backlog} << 32);
        mixer_.add(socket.charged);
        for (int i = socket.first; i >= 0; i = world_.buffers[i].next) {
            const SocketBuffer& buffer = world_.buffers[i];
            const bool urgent = socket.out_of_band == i;
            mixer_.add(sockets_.of(buffer.owner) | sockets_.of(buffer.embryo) << 8 |
                       std::uint64_t{urgent} << 16 | files_.of(buffer.rights) << 24 |
                       std::uint64_t{buffer.unread} << 32);
            mixer_.add(buffer.charge);
        }
        add_queue(socket.waiters, 0);
    }

    void add_inet_socket(const InetSocket& socket) {
        const std::uint64_t flags = (socket.datagram ? 1U : 0U) | (socket.open ? 2U : 0U) |
                                    (socket.waits ? 4U : 0U) | (socket.has_port ? 8U : 0U) |
                                    (socket.finished ? 16U : 0U) |
                                    (socket.resets_on_close ? 32U : 0U) |
                                    (socket.urgent_inline ? 64U : 0U) | (socket.full ? 128U : 0U);
        const int address = socket.address == 0 ? -1 : socket.address;
        const int destination = socket.destination == 0 ? -1 : socket.destination;
        mixer_.add(flags | byte(static_cast<int>(socket.state)) << 8 |
                   byte(static_cast<int>(socket.call)) << 16 | byte(socket.shut) << 24 |
                   byte(socket.error) << 32 | addresses_.of(address) << 40 |
                   addresses_.of(destination) << 48 | inet_sockets_.of(socket.peer) << 56);
        mixer_.add(byte(static_cast<int>(socket.urgent)) | byte(socket.queued) << 8 |
                   inet_sockets_.of(socket.first) << 16 | inet_sockets_.of(socket.next) << 24 |
                   std::uint64_t{socket.backlog} << 32);
        mixer_.add(socket.low_water | std::uint64_t{socket.unread} << 32);
        mixer_.add(static_cast<std::uint32_t>(socket.urgent_offset));
        for (int i = 0; socket.datagram && i < socket.queued; ++i) {
            mixer_.add(socket.datagrams[i]);
        }
        add_queue(socket.waiters, 0);
    }

    /// How many registered earlier for the relay that `socket` waits for.
    [[nodiscard]] std::uint64_t relay_place(const UnixSocket& socket) const {
        if (socket.relay < 0) {
            return 0;
        }
        return static_cast<std::uint64_t>(std::count_if(
            std::begin(world_.sockets), std::end(world_.sockets), [&](const UnixSocket& other) {
                return other.used && other.relay == socket.relay &&
                       other.relay_stamp < socket.relay_stamp;
            }));
    }

    void add_item(int index) {
        const Item& item = world_.items[index];
        if (index >= kMaxItems) {
            const Request& request = world_.requests[index - kMaxItems];
            mixer_.add(byte(request.id) | byte(static_cast<int>(request.kind)) << 8 |
                       byte(request.ring) << 16 | files_.of(item.file) << 24 |
                       std::uint64_t{item.events} << 32);
            return;
        }
        mixer_.add(item.data);
        mixer_.add(files_.of(world_.instances[item.instance].file) | files_.of(item.file) << 8 |
                   byte(item.slot) << 16 | byte(static_cast<int>(item.queued)) << 24 |
                   std::uint64_t{item.events} << 32);
    }

    /// The queued items of all instances in the order of their ranks.
    void add_ready_lists() {
        std::array<std::uint64_t, kMaxItems> queued;
        int count = 0;
        for (int i = 0; i < items_.count(); ++i) {
            const Item& item = world_.items[items_.record(i)];
            if (item.queued != Queued::kNo) {
                const std::uint64_t instance = files_.of(world_.instances[item.instance].file);
                queued[static_cast<std::size_t>(count++)] =
                    instance << 56 | std::uint64_t{item.latest_rank} << 8 | byte(i);
            }
        }
        std::sort(queued.begin(), queued.begin() + count);
        for (int i = 0; i < count; ++i) {
            mixer_.add(queued[static_cast<std::size_t>(i)] & 0xff);
        }
    }

    const World& world_;
    KeyMixer mixer_;
    Numbering<kMaxFiles> files_;
    Numbering<kMaxItems + kMaxRequests> items_;
    Numbering<kMaxPipes> pipes_;
    Numbering<kMaxSockets> sockets_;
    Numbering<kMaxInetSockets> inet_sockets_;
    Numbering<kMaxTerminals> terminals_;
    Numbering<256> addresses_;
};

}  // namespace

WorldKey world_key(const World& world, int handle_count) {
    return Canonical(world).key(handle_count);
}

}  // namespace epollcheck
