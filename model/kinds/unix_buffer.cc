// Buffers of unix sockets: queues, the sender's account, and the wake-ups that follow from it.
// See unix_internal.h.

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/kinds/unix_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::unix_socket {

int new_socket(Transition& transition, SocketType type) {
    World& world = transition.world;
    for (int i = 0; i < kMaxSockets; ++i) {
        if (!world.sockets[i].used) {
            UnixSocket& socket = world.sockets[i];
            socket = UnixSocket{};
            socket.used = true;
            socket.type = type;
            socket.backlog = transition.settings.calibration->datagram_queue_length;
            return i;
        }
    }
    transition.give_up("more sockets than the model has room for");
    return -1;
}

bool type_of_flags(std::uint32_t flags, SocketType& type) {
    switch (flags & ~(flag::kNonblock | flag::kCloexec)) {
        case flag::kStream:
            type = SocketType::kStream;
            return true;
        case flag::kSeqpacket:
            type = SocketType::kSeqpacket;
            return true;
        case flag::kDatagram:
            type = SocketType::kDatagram;
            return true;
        default:
            return false;
    }
}

int consume_error(Transition& transition, UnixSocket& socket) {
    const int pending = socket.error;
    if (pending == 0) {
        return 0;
    }
    leave_alone(transition, socket.waiters, Rule::kC39);
    transition.decided_by(Rule::kD36);
    if (transition.has(Defect::kErrorFetchWakes)) {
        wake(transition, socket.waiters, 0, 0, Rule::kD36);
    }
    socket.error = 0;
    return pending;
}

bool is_writable(const Transition& transition, const UnixSocket& socket) {
    // The socket's own account holds one byte of its own beside the charges.
    const std::uint64_t parts = transition.has(Defect::kSocketWritableToTheEnd) ? 1 : 4;
    return (socket.state != SocketState::kListening || transition.has(Defect::kListenerWritable)) &&
           (std::uint64_t{socket.charged} + 1) * parts <=
               transition.settings.calibration->unix_send_buffer;
}

int may_allocate(Transition& transition, int index) {
    UnixSocket& socket = transition.world.sockets[index];
    if (const int pending = consume_error(transition, socket); pending != 0) {
        return pending;
    }
    if ((socket.shut & kSendShut) != 0) {
        return error::kEPIPE;
    }
    return socket.charged < transition.settings.calibration->unix_send_buffer ? 0 : error::kEAGAIN;
}

int new_buffer(Transition& transition, int owner, SocketType type, std::uint32_t length) {
    World& world = transition.world;
    const std::uint32_t charge = transition.settings.calibration->charge(type, length);
    if (charge == 0) {
        transition.give_up("the charge of a buffer of this length was not measured");
        return -1;
    }
    const int peer = world.sockets[owner].peer;
    if (transition.has(Defect::kReceiverIsCharged) && peer >= 0) {
        owner = peer;
    }
    for (int i = 0; i < kMaxBuffers; ++i) {
        if (!world.buffers[i].used) {
            world.buffers[i] = SocketBuffer{.used = true,
                                            .owner = static_cast<std::int8_t>(owner),
                                            .unread = length,
                                            .charge = charge};
            world.sockets[owner].charged += charge;
            return i;
        }
    }
    transition.give_up("more queued buffers than the model has room for");
    return -1;
}

void deliver(Transition& transition, int receiver, int buffer, Rule rule) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[receiver];
    if (socket.last >= 0) {
        world.buffers[socket.last].next = static_cast<std::int8_t>(buffer);
    } else {
        socket.first = static_cast<std::int8_t>(buffer);
    }
    socket.last = static_cast<std::int8_t>(buffer);
    ++socket.queued;
    const bool silent = (transition.has(Defect::kSocketDataSilent) && rule != Rule::kD38) ||
                        (transition.has(Defect::kConnectSilent) && rule == Rule::kD38) ||
                        (transition.has(Defect::kUrgentSendSilent) && rule == Rule::kD39) ||
                        (transition.has(Defect::kSocketWakesOnlyIfEmpty) && socket.queued > 1);
    if (!silent) {
        const bool plain = transition.has(Defect::kSocketDataKeyIn);
        transition.decided_by_if(socket.queued > 1 && socket.waiters.first >= 0, Rule::kC21);
        wake_socket(transition, receiver, plain ? event::kIn : event::kSocketReadKey, rule);
    }
}

void unlink_buffer(World& world, int receiver, int buffer) {
    UnixSocket& socket = world.sockets[receiver];
    std::int8_t* link = &socket.first;
    int previous = -1;
    while (*link != buffer) {
        previous = *link;
        link = &world.buffers[*link].next;
    }
    *link = world.buffers[buffer].next;
    if (socket.last == buffer) {
        socket.last = static_cast<std::int8_t>(previous);
    }
    world.buffers[buffer].next = -1;
    --socket.queued;
}

void free_buffer(Transition& transition, int index, Rule rule) {
    World& world = transition.world;
    const SocketBuffer buffer = world.buffers[index];
    world.buffers[index] = SocketBuffer{};
    if (buffer.owner < 0) {
        return;
    }
    UnixSocket& owner = world.sockets[buffer.owner];
    const bool was_writable = !transition.sound() && is_writable(transition, owner);
    owner.charged -= buffer.charge;
    owner.refused_write = false;
    if (transition.has(Defect::kSpaceSilent) ||
        (transition.has(Defect::kSpaceWakesOnlyIfFull) && was_writable)) {
        return;
    }
    // sock_wfree keeps one byte of the charge back until the writers were woken.
    const std::uint64_t held = std::uint64_t{owner.charged} + 2;
    if (owner.state != SocketState::kListening &&
        (held * 4 <= transition.settings.calibration->unix_send_buffer ||
         transition.has(Defect::kSpaceWakesAtAnyFree))) {
        const bool plain = transition.has(Defect::kSpaceKeyOut);
        wake_socket(transition, buffer.owner, plain ? event::kOut : event::kSocketWritable, rule);
    } else {
        leave_alone(transition, owner.waiters, Rule::kD32);
        wake_perhaps(transition, owner.waiters, 0, event::kSocketWritable, Rule::kD31);
    }
}

void note_failed_send(Transition& transition, int index, int error) {
    const bool broken = error == error::kEPIPE;
    const Rule rule = broken ? Rule::kD37 : Rule::kD32;
    leave_alone(transition, transition.world.sockets[index].waiters, rule);
    if (transition.has(broken ? Defect::kBrokenPipeWakes : Defect::kFailedSendWakes)) {
        wake_socket(transition, index, event::kSocketWritable, rule);
    }
}

void allocate_and_free(Transition& transition, int socket, Rule rule) {
    // The charge of the buffer itself is given back before writability is looked at.
    const UnixSocket& sender = transition.world.sockets[socket];
    if (transition.has(rule == Rule::kD46 ? Defect::kRefusedSilent
                                          : Defect::kFailedDatagramSilent)) {
        return;
    }
    const std::uint64_t held = std::uint64_t{sender.charged} + 2;
    if (held * 4 <= transition.settings.calibration->unix_send_buffer) {
        wake_socket(transition, socket, event::kSocketWritable, rule);
    }
}

void wake_socket(Transition& transition, int socket, EventMask key, Rule rule) {
    const UnixSocket& woken = transition.world.sockets[socket];
    if (!woken.dead) {
        wake(transition, woken.waiters, 0, key, rule);
    }
}

bool queue_full(const Transition& transition, const UnixSocket& socket) {
    const bool listens = socket.state == SocketState::kListening;
    const Defect early = listens ? Defect::kBacklogOffByOne : Defect::kDatagramQueueOffByOne;
    return socket.queued + (transition.has(early) ? 1U : 0U) > socket.backlog;
}

void wake_sender_of(Transition& transition, int buffer) {
    const int owner = transition.world.buffers[buffer].owner;
    if (owner >= 0) {
        wake_socket(transition, owner, event::kSocketWritable, Rule::kD31);
    }
}

void reclaim(World& world) {
    for (int i = 0; i < kMaxSockets; ++i) {
        if (!world.sockets[i].used || !world.sockets[i].dead) {
            continue;
        }
        const bool referenced =
            std::any_of(std::begin(world.sockets), std::end(world.sockets), [&](const auto& other) {
                return other.used && !other.dead && (other.peer == i || other.relay == i);
            });
        if (!referenced) {
            world.sockets[i] = UnixSocket{};
        }
    }
}

}  // namespace epollcheck::unix_socket
