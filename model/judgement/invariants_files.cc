// Invariants of the kinds of file: instances, eventfds, pipes and unix sockets. See invariants.h.

#include <array>
#include <limits>

#include "model/judgement/invariants.h"

namespace epollcheck {

namespace {

/// The files that refer to each object of one kind.
template <int kObjects>
std::array<int, kObjects> files_of_objects(const World& world, FileKind kind) {
    std::array<int, kObjects> count{};
    for (const OpenFile& file : world.files) {
        if (file.kind == kind) {
            ++count[file.object];
        }
    }
    return count;
}

bool instances_have_one_file(const World& world, const Settings&) {
    const auto files = files_of_objects<kMaxInstances>(world, FileKind::kEpoll);
    for (int i = 0; i < kMaxInstances; ++i) {
        const Instance& instance = world.instances[i];
        const bool used = instance.file >= 0;
        const bool good = used ? world.files[instance.file].kind == FileKind::kEpoll &&
                                     world.files[instance.file].object == i
                               : instance == Instance{};
        if (!good || files[static_cast<std::size_t>(i)] != (used ? 1 : 0)) {
            return false;
        }
    }
    return true;
}

/// True if each object in use has one file, and the others are blank.
template <class Object, int kObjects>
bool have_one_file(const World& world, const Object (&objects)[kObjects], FileKind kind) {
    const auto files = files_of_objects<kObjects>(world, kind);
    for (int i = 0; i < kObjects; ++i) {
        if (files[static_cast<std::size_t>(i)] != (objects[i].used ? 1 : 0) ||
            (!objects[i].used && !(objects[i] == Object{}))) {
            return false;
        }
    }
    return true;
}

bool eventfds_have_one_file(const World& world, const Settings&) {
    return have_one_file(world, world.eventfds, FileKind::kEventfd);
}

bool inotifies_have_one_file(const World& world, const Settings&) {
    return have_one_file(world, world.inotifies, FileKind::kInotify);
}

bool children_have_one_file(const World& world, const Settings&) {
    return have_one_file(world, world.children, FileKind::kPidfd);
}

bool timers_have_one_file(const World& world, const Settings&) {
    return have_one_file(world, world.timers, FileKind::kTimerfd);
}

bool signalfds_have_one_file(const World& world, const Settings&) {
    return have_one_file(world, world.signalfds, FileKind::kSignalfd);
}

bool terminal_sides_are_counted(const World& world, const Settings&) {
    const auto files = files_of_objects<2 * kMaxTerminals>(world, FileKind::kTerminal);
    for (int i = 0; i < kMaxTerminals; ++i) {
        const Terminal& terminal = world.terminals[i];
        for (int side = 0; side < 2; ++side) {
            if (terminal.sides[side].files != files[static_cast<std::size_t>(2 * i + side)]) {
                return false;
            }
        }
        const bool open = terminal.sides[0].files + terminal.sides[1].files > 0;
        if (terminal.used != open || (!open && !(terminal == Terminal{}))) {
            return false;
        }
    }
    return true;
}

bool notices_are_merged(const World& world, const Settings&) {
    for (const Inotify& inotify : world.inotifies) {
        for (int i = 0; i < kMaxNotices; ++i) {
            const Notice& notice = inotify.notices[i];
            const bool queued = i < inotify.queued;
            const bool good = queued ? notice.watch <= inotify.last_number &&
                                           (i == 0 || !(notice == inotify.notices[i - 1]))
                                     : notice == Notice{};
            if (!good) {
                return false;
            }
        }
    }
    return true;
}

bool eventfd_counts_are_below_the_limit(const World& world, const Settings&) {
    for (const Eventfd& eventfd : world.eventfds) {
        if (eventfd.count == std::numeric_limits<std::uint64_t>::max()) {
            return false;
        }
    }
    return true;
}

bool pipe_ends_are_counted(const World& world, const Settings&) {
    std::array<int, kMaxPipes> readers{};
    std::array<int, kMaxPipes> writers{};
    for (const OpenFile& file : world.files) {
        if (file.kind == FileKind::kPipe) {
            readers[file.object] += file.readable ? 1 : 0;
            writers[file.object] += file.writable ? 1 : 0;
        }
    }
    for (int i = 0; i < kMaxPipes; ++i) {
        const Pipe& pipe = world.pipes[i];
        if (pipe.readers != readers[static_cast<std::size_t>(i)] ||
            pipe.writers != writers[static_cast<std::size_t>(i)] ||
            pipe.used != (pipe.readers + pipe.writers > 0) || (!pipe.used && !(pipe == Pipe{}))) {
            return false;
        }
    }
    return true;
}

bool pipe_slots_are_filled(const World& world, const Settings& settings) {
    for (const Pipe& pipe : world.pipes) {
        if (pipe.occupied > pipe.capacity || pipe.capacity > kMaxPipeSlots) {
            return false;
        }
        for (int i = 0; i < pipe.occupied; ++i) {
            const PipeSlot& slot = pipe.slots[(pipe.head + i) % kMaxPipeSlots];
            if (slot.length == 0 ||
                slot.offset + slot.length > static_cast<int>(settings.calibration->page_size)) {
                return false;
            }
        }
    }
    return true;
}

bool socket_charges_are_buffers(const World& world, const Settings&) {
    std::array<std::uint32_t, kMaxSockets> charged{};
    for (const SocketBuffer& buffer : world.buffers) {
        if (buffer.used && buffer.owner >= 0) {
            charged[static_cast<std::size_t>(buffer.owner)] += buffer.charge;
        }
    }
    for (int i = 0; i < kMaxSockets; ++i) {
        const UnixSocket& socket = world.sockets[i];
        if (!socket.dead && socket.charged != charged[static_cast<std::size_t>(i)]) {
            return false;
        }
    }
    return true;
}

bool buffers_are_queued_once(const World& world, const Settings&) {
    std::uint64_t queued = 0;
    for (const UnixSocket& socket : world.sockets) {
        int count = 0;
        int last = -1;
        bool has_urgent = socket.out_of_band < 0;
        for (int i = socket.first; i >= 0; i = world.buffers[i].next) {
            const std::uint64_t self = std::uint64_t{1} << i;
            if ((queued & self) != 0 || !world.buffers[i].used) {
                return false;
            }
            queued |= self;
            has_urgent = has_urgent || i == socket.out_of_band;
            last = i;
            ++count;
        }
        if (count != socket.queued || last != socket.last || !has_urgent) {
            return false;
        }
    }
    for (int i = 0; i < kMaxBuffers; ++i) {
        if (world.buffers[i].used != ((queued >> i & 1U) != 0)) {
            return false;
        }
    }
    return true;
}

bool connections_have_two_ends(const World& world, const Settings&) {
    for (int i = 0; i < kMaxSockets; ++i) {
        const UnixSocket& socket = world.sockets[i];
        if (!socket.used || socket.dead || socket.peer < 0) {
            continue;
        }
        const UnixSocket& peer = world.sockets[socket.peer];
        const bool datagram = socket.type == SocketType::kDatagram;
        if (!peer.used || peer.type != socket.type || (!datagram && !peer.dead && peer.peer != i) ||
            (!datagram && socket.state != SocketState::kConnected)) {
            return false;
        }
    }
    return true;
}

bool queue_full(const UnixSocket& socket) { return socket.queued > socket.backlog; }

bool relays_wait_for_a_full_peer(const World& world, const Settings&) {
    for (const UnixSocket& socket : world.sockets) {
        if (socket.relay >= 0 &&
            (socket.relay != socket.peer || socket.relay_stamp >= world.next_stamp ||
             !queue_full(world.sockets[socket.relay]))) {
            return false;
        }
    }
    return true;
}

bool sockets_are_needed(const World& world, const Settings&) {
    const auto files = files_of_objects<kMaxSockets>(world, FileKind::kSocket);
    for (int i = 0; i < kMaxSockets; ++i) {
        const UnixSocket& socket = world.sockets[i];
        int holders = files[static_cast<std::size_t>(i)];
        for (const SocketBuffer& buffer : world.buffers) {
            holders += buffer.used && buffer.embryo == i ? 1 : 0;
        }
        bool pointed_to = false;
        for (const UnixSocket& other : world.sockets) {
            pointed_to =
                pointed_to || (other.used && !other.dead && (other.peer == i || other.relay == i));
        }
        const bool alive = socket.used && !socket.dead;
        if (holders != (alive ? 1 : 0) || (socket.dead && !pointed_to) ||
            (!socket.used && !(socket == UnixSocket{}))) {
            return false;
        }
    }
    return true;
}

constexpr Invariant kInvariants[] = {
    {"instances-have-one-file",
     "An epoll instance and its file belong to each other, and an unused instance is blank.",
     instances_have_one_file},
    {"eventfds-have-one-file", "Each eventfd has one file, and an unused one is blank.",
     eventfds_have_one_file},
    {"inotifies-have-one-file", "Each inotify instance has one file, and an unused one is blank.",
     inotifies_have_one_file},
    {"timers-have-one-file", "Each timer has one file, and an unused one is blank.",
     timers_have_one_file},
    {"signalfds-have-one-file", "Each signalfd has one file, and an unused one is blank.",
     signalfds_have_one_file},
    {"terminal-sides-are-counted",
     "Each side of a terminal has as many files as it counts, and a terminal is in use while it "
     "has "
     "any.",
     terminal_sides_are_counted},
    {"children-have-one-file", "Each child has one pidfd file, and an unused one is blank.",
     children_have_one_file},
    {"notices-are-merged",
     "The queued events of an inotify instance are of watches that it had, and no neighbours are "
     "equal.",
     notices_are_merged},
    {"eventfd-counts-are-below-the-limit", "The count of an eventfd never reaches 2^64 - 1.",
     eventfd_counts_are_below_the_limit},
    {"pipe-ends-are-counted",
     "A pipe has as many readers and writers as files for reading and writing, and is in use while "
     "it has any.",
     pipe_ends_are_counted},
    {"pipe-slots-are-filled",
     "A pipe occupies no more slots than it has, and each holds at least one byte of one page.",
     pipe_slots_are_filled},
    {"socket-charges-are-buffers",
     "The account of a socket is the sum of the charges of the buffers that it owns.",
     socket_charges_are_buffers},
    {"buffers-are-queued-once",
     "Each buffer in use is in one receive queue, whose count and end are right and which holds "
     "the urgent byte, if there is one.",
     buffers_are_queued_once},
    {"connections-have-two-ends",
     "The peer of a connected stream or seqpacket socket is connected to it, or closed.",
     connections_have_two_ends},
    {"relays-wait-for-a-full-peer",
     "A socket waits for a relay only at its peer, and only while the queue there is full.",
     relays_wait_for_a_full_peer},
    {"sockets-are-needed",
     "A socket has one file or waits to be accepted; a closed one is kept only while another "
     "points to it.",
     sockets_are_needed},
};

}  // namespace

std::span<const Invariant> file_invariants() { return kInvariants; }

}  // namespace epollcheck
