// Datagrams of unix sockets (sequenced packets use the same code): sending, receiving, and the flow
// control of many senders to one receiver.
//
// Source: unix_dgram_sendmsg, __unix_dgram_recvmsg, unix_dgram_peer_wake_me and its relatives,
// net/unix/af_unix.c, Linux 6.18; rules R-D41 to R-D48.

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/kinds/file.h"
#include "model/kinds/unix_connection.h"
#include "model/kinds/unix_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::unix_socket {

namespace {

constexpr std::uint32_t kSendBufferReserve = 32;  // bytes of sndbuf that a datagram may not use

/// Registers `socket` for a relay from `peer` unless its queue has room (unix_dgram_peer_wake_me).
bool register_for_relay(Transition& transition, int index, int peer, bool by_send) {
    World& world = transition.world;
    const bool full = queue_full(transition, world.sockets[peer]) && !world.sockets[peer].dead;
    if (transition.look == Look::kPeek || (transition.has(Defect::kRelayNeedsSend) && !by_send)) {
        return full;
    }
    UnixSocket& socket = world.sockets[index];
    const bool connected = socket.relay < 0;
    if (connected) {
        socket.relay = static_cast<std::int8_t>(peer);
        socket.relay_stamp = world.next_stamp++;
        socket.relay_is_certain = false;
    }
    socket.relay_is_certain |= transition.look == Look::kCertain;
    if (connected && !full) {
        drop_relay(world, index, peer);
    }
    return full;
}

/// The peer was found closed: this socket disconnects itself (R-D46).
void discover_dead_peer(Transition& transition, int index) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    const int peer = socket.peer;
    if (transition.has(Defect::kRefusedStaysConnected)) {
        return;
    }
    socket.peer = -1;
    drop_relay(world, index, peer);
    if (!transition.has(Defect::kRefusedSilent)) {
        wake_socket(transition, index, event::kSocketWritable, Rule::kD46);
    }
    socket.state = SocketState::kClosed;
    forget_peer(transition, index, peer);
    reclaim(world);
}

/// A send to a peer that was closed. No manual page says which error it gives a datagram socket,
/// nor that the socket disconnects.
Result refuse_for_dead_peer(Transition& transition, int index) {
    if (!transition.contract() || transition.choose(0b11) == 0) {
        discover_dead_peer(transition, index);
    }
    allocate_and_free(transition, index, Rule::kD46);
    ErrorList errors;
    for (const int error : {error::kECONNREFUSED, error::kECONNRESET, error::kEPIPE}) {
        errors.add(error, Rule::kD46);
    }
    return transition.fail(errors);
}

}  // namespace

bool peer_refuses(Transition& transition, int index) {
    const World& world = transition.world;
    const int peer = world.sockets[index].peer;
    return peer >= 0 && world.sockets[peer].peer != index &&
           queue_full(transition, world.sockets[peer]) &&
           register_for_relay(transition, index, peer, false) &&
           !transition.has(Defect::kDatagramOutIgnoresPeer);
}

void relay_to_senders(Transition& transition, int receiver, EventMask key) {
    World& world = transition.world;
    if (transition.has(Defect::kRelayMissing) && key != 0) {
        return;
    }
    while (true) {
        int latest = -1;  // entries are added at the front
        for (int i = 0; i < kMaxSockets; ++i) {
            const UnixSocket& sender = world.sockets[i];
            const bool waits = sender.used && !sender.dead && sender.relay == receiver;
            if (waits && (latest < 0 || sender.relay_stamp > world.sockets[latest].relay_stamp)) {
                latest = i;
            }
        }
        if (latest < 0) {
            return;
        }
        world.sockets[latest].relay = -1;
        if (world.sockets[latest].relay_is_certain) {
            wake_socket(transition, latest, key, Rule::kD44);
        } else {
            wake_perhaps(transition, world.sockets[latest].waiters, 0, key, Rule::kNone);
        }
        if (transition.has(Defect::kRelayToOne)) {
            return;
        }
    }
}

void drop_relay(World& world, int index, int peer) {
    if (world.sockets[index].relay == peer) {
        world.sockets[index].relay = -1;
    }
}

Result send_datagram(Transition& transition, int index, bool may_wait, const Operation& operation) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    const bool packets = socket.type == SocketType::kSeqpacket;
    const std::uint32_t length = transfer_length(operation);
    if (packets) {
        if (const int pending = consume_error(transition, socket); pending != 0) {
            return transition.fail(pending, Rule::kD36);
        }
        if (socket.state != SocketState::kConnected) {
            return transition.fail(error::kENOTCONN, Rule::kNone);
        }
    }
    if ((operation.flags & flag::kOutOfBand) != 0) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kNone);
    }
    if (socket.peer < 0 && !transition.behaves_as_with(VersionDifference::kV53)) {
        return transition.fail(error::kENOTCONN, Rule::kD47);
    }
    if (length > transition.settings.calibration->unix_send_buffer - kSendBufferReserve) {
        return transition.fail(error::kEMSGSIZE, Rule::kNone);
    }
    int failure = may_allocate(transition, index);
    if (failure == error::kEAGAIN && may_wait) {
        return Result::blocked();
    }
    const std::int64_t moved = transition.transferred(
        failure != 0 ? -failure : std::int64_t{length}, length, socket.charged > 0, Rule::kD31);
    if (moved < 0) {
        socket.refused_write = moved == -error::kEAGAIN;
        note_failed_send(transition, index, static_cast<int>(-moved));
        return transition.fail(static_cast<int>(-moved), Rule::kD32);
    }
    const int peer_index = socket.peer;
    const UnixSocket& peer = world.sockets[peer_index < 0 ? index : peer_index];
    if (operation.pointer != Pointer::kGood && length > 0) {
        failure = error::kEFAULT;
    } else if (peer_index < 0) {
        failure = error::kENOTCONN;
    } else if (peer.peer >= 0 && peer.peer != index) {
        failure = error::kEPERM;
    } else if (peer.dead) {
        return refuse_for_dead_peer(transition, index);
    } else if ((peer.shut & kReceiveShut) != 0) {
        failure = error::kEPIPE;
    } else if (peer_index != index && peer.peer != index && queue_full(transition, peer)) {
        if (may_wait) {
            return Result::blocked();
        }
        failure = register_for_relay(transition, index, peer_index, true) ? error::kEAGAIN : 0;
    }
    if (failure != 0) {
        allocate_and_free(transition, index, Rule::kD47);
        return transition.fail(failure, Rule::kD47);
    }
    if (transition.has(Defect::kEmptyRecordLost) && length == 0) {
        return Result::of_value(0);
    }
    const int buffer = new_buffer(transition, index, socket.type, length);
    if (buffer < 0) {
        return Result::of_value(0);
    }
    deliver(transition, peer_index, buffer, packets ? Rule::kD30 : Rule::kD42);
    return Result::of_value(length);
}

Result receive_datagram(Transition& transition, int index, bool may_wait,
                        const Operation& operation) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    const bool packets = socket.type == SocketType::kSeqpacket;
    const bool peek = (operation.flags & flag::kPeek) != 0;
    if (packets && socket.state != SocketState::kConnected) {
        return transition.fail(error::kENOTCONN, Rule::kNone);
    }
    if ((operation.flags & flag::kOutOfBand) != 0) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kNone);
    }
    const bool keeps_error = transition.has(Defect::kReadKeepsError);
    const int pending = keeps_error ? int{socket.error} : consume_error(transition, socket);
    if (pending != 0) {
        return transition.fail(pending, Rule::kD36);
    }
    if (socket.first < 0) {
        if ((packets || may_wait) && (socket.shut & kReceiveShut) != 0) {
            return Result::of_value(0);
        }
        return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kD43);
    }
    const int buffer = socket.first;
    const std::uint32_t count = std::min(world.buffers[buffer].unread, transfer_length(operation));
    if (!peek) {
        unlink_buffer(world, index, buffer);
    } else if (transition.has(Defect::kPeekWakes)) {
        wake_sender_of(transition, buffer);
    }
    relay_to_senders(transition, index, event::kSocketWritable);
    if (count == 0 || operation.pointer == Pointer::kGood) {
        receive_rights(transition, buffer, operation);
    }
    if (!peek) {
        free_buffer(transition, buffer, packets ? Rule::kD31 : Rule::kD43);
    }
    if (count > 0 && operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);  // the datagram is lost
    }
    return bytes_read(transition, operation, count);
}

}  // namespace epollcheck::unix_socket
