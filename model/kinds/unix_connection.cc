// Connections of unix sockets. See unix_connection.h.

#include "model/kinds/unix_connection.h"

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/unix_internal.h"
#include "model/kinds/unix_socket.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

using namespace unix_socket;

namespace {

constexpr std::uint32_t kMaxBacklog = 4096;  // net.core.somaxconn

/// The socket of `type` that is bound to the address of `descriptor`, or -1.
int find_server(Transition& transition, const Descriptor& descriptor, SocketType type) {
    const World& world = transition.world;
    const int file = open_file(transition, descriptor);
    if (file < 0 || world.files[file].kind != FileKind::kSocket) {
        return -1;
    }
    const std::uint8_t address = world.sockets[world.files[file].object].address;
    for (int i = 0; i < kMaxSockets && address != 0; ++i) {
        const UnixSocket& socket = world.sockets[i];
        if (socket.used && !socket.dead && socket.owns_address && socket.address == address &&
            socket.type == type) {
            return i;
        }
    }
    return -1;
}

Result connect_stream(Transition& transition, int index, bool may_wait,
                      const Operation& operation) {
    World& world = transition.world;
    UnixSocket& client = world.sockets[index];
    if (operation.other_fd.handle < 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const int server = find_server(transition, operation.other_fd, client.type);
    const bool refuses = server < 0 || world.sockets[server].state != SocketState::kListening ||
                         (world.sockets[server].shut & kReceiveShut) != 0;
    const bool full = !refuses && queue_full(transition, world.sockets[server]);
    if (full && may_wait) {
        return Result::blocked();
    }
    ErrorList errors;
    if (refuses || full) {
        errors.add(refuses ? error::kECONNREFUSED : error::kEAGAIN, Rule::kD38);
    }
    if (client.state != SocketState::kClosed) {
        errors.add(client.state == SocketState::kConnected ? error::kEISCONN : error::kEINVAL,
                   Rule::kNone);
    }
    if (errors.any()) {
        return transition.fail(errors);
    }
    const UnixSocket& listener = world.sockets[server];
    const int embryo = new_socket(transition, client.type);
    const int buffer = embryo < 0 ? -1 : new_buffer(transition, embryo, SocketType::kStream, 1);
    if (buffer < 0) {
        return Result::of_value(0);
    }
    world.buffers[buffer].embryo = static_cast<std::int8_t>(embryo);
    world.sockets[embryo].state = SocketState::kConnected;
    world.sockets[embryo].peer = static_cast<std::int8_t>(index);
    world.sockets[embryo].address = listener.address;
    client.state = SocketState::kConnected;
    client.peer = static_cast<std::int8_t>(embryo);
    leave_alone(transition, client.waiters, Rule::kC39);
    if (transition.has(Defect::kConnectWakesClient)) {
        wake_socket(transition, index, 0, Rule::kD38);
    }
    deliver(transition, server, buffer, Rule::kD38);
    return Result::of_value(0);
}

Result connect_datagram(Transition& transition, int index, const Operation& operation) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    int server = -1;
    if (operation.other_fd.handle >= 0) {
        server = find_server(transition, operation.other_fd, SocketType::kDatagram);
        if (server < 0) {
            return transition.fail(error::kECONNREFUSED, Rule::kNone);
        }
        const int servers_peer = world.sockets[server].peer;
        if (servers_peer >= 0 && servers_peer != index) {
            return transition.fail(error::kEPERM, Rule::kNone);
        }
        socket.state = SocketState::kConnected;
        world.sockets[server].state = SocketState::kConnected;
    }
    const int old_peer = socket.peer;
    socket.peer = static_cast<std::int8_t>(server);
    if (server < 0) {
        socket.state = SocketState::kClosed;
    }
    if (old_peer >= 0) {
        drop_relay(world, index, old_peer);
        wake_socket(transition, index, event::kSocketWritable, Rule::kD48);
        if (server != old_peer) {
            forget_peer(transition, index, old_peer);
            if (world.sockets[old_peer].peer < 0) {
                world.sockets[old_peer].state = SocketState::kClosed;
            }
        }
        reclaim(world);
    }
    return Result::of_value(0);
}

}  // namespace

Result listen_on(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = socket_of(transition, operation, errors);
    if (index < 0) {
        return transition.fail(errors);
    }
    UnixSocket& socket = transition.world.sockets[index];
    if (socket.type == SocketType::kDatagram) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kNone);
    }
    if (socket.address == 0 || socket.state == SocketState::kConnected) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const auto asked = static_cast<std::uint32_t>(operation.number);
    socket.backlog = asked > kMaxBacklog ? kMaxBacklog : asked;
    socket.state = SocketState::kListening;
    transition.decided_by(Rule::kD29);
    return Result::of_value(0);
}

Result connect_socket(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = socket_of(transition, operation, errors);
    if (index < 0) {
        return transition.fail(errors);
    }
    const bool may_wait = !transition.world.files[open_file(transition, operation.fd)].nonblocking;
    return transition.world.sockets[index].type == SocketType::kDatagram
               ? connect_datagram(transition, index, operation)
               : connect_stream(transition, index, may_wait, operation);
}

Result accept_connection(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    ErrorList errors;
    if (open_file(transition, operation.fd) >= 0 &&
        (operation.flags & ~(flag::kNonblock | flag::kCloexec)) != 0) {
        errors.add(error::kEINVAL, Rule::kNone);
    }
    const int index = socket_of(transition, operation, errors);
    if (errors.any()) {
        return transition.fail(errors);
    }
    UnixSocket& listener = world.sockets[index];
    if (listener.type == SocketType::kDatagram) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kNone);
    }
    if (listener.state != SocketState::kListening) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if (listener.first < 0) {
        const bool may_wait = !world.files[open_file(transition, operation.fd)].nonblocking;
        if (may_wait && (listener.shut & kReceiveShut) != 0) {
            return transition.fail(error::kEINVAL, Rule::kNone);
        }
        return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kD38);
    }
    const int buffer = listener.first;
    const int accepted = world.buffers[buffer].embryo;
    unlink_buffer(world, index, buffer);
    free_buffer(transition, buffer, Rule::kD38);
    leave_alone(transition, listener.waiters, Rule::kD38);
    if (transition.has(Defect::kAcceptWakesListener)) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD38);
    }
    const int file = new_file(transition, FileKind::kSocket, accepted);
    world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

namespace unix_socket {

void forget_peer(Transition& transition, int index, int old_peer) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    if (socket.first < 0) {
        return;
    }
    while (socket.first >= 0) {
        const int buffer = socket.first;
        unlink_buffer(world, index, buffer);
        free_buffer(transition, buffer, Rule::kD43);
    }
    relay_to_senders(transition, index, 0);
    UnixSocket& peer = world.sockets[old_peer];
    if (!peer.dead && peer.peer == index) {
        if (transition.has(Defect::kDisconnectWithoutError)) {
            return;
        }
        peer.error = error::kECONNRESET;
        const bool out = transition.has(Defect::kDisconnectKeyOut);
        wake_socket(transition, old_peer, out ? event::kOut : event::kErr, Rule::kD48);
    }
}

}  // namespace unix_socket

}  // namespace epollcheck
