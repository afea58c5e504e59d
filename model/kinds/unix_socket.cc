// Unix domain sockets, the common part. See unix_socket.h.

#include "model/kinds/unix_socket.h"

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/unix_internal.h"
#include "model/vocabulary/operation_table.h"
#include "model/world/manual_error.h"

namespace epollcheck {

using namespace unix_socket;

namespace {

/// Widens the exact mask to what tier contract leaves open: which of the equivalent NORM and BAND
/// bits there are, the point at which a sender becomes writable, and how an end without a
/// connection looks.
MaskRange widen(const UnixSocket& socket, EventMask exact) {
    MaskRange range{exact & (event::kIn | event::kRdhup | event::kHup), exact};
    if (socket.state != SocketState::kConnected) {
        range.surely &= ~event::kHup;
    }
    if (socket.charged == 0 && socket.shut == 0) {
        range.surely |= exact & event::kOut;
    }
    if (!socket.refused_write && socket.state != SocketState::kListening) {
        range.possibly |= event::kSocketWritable;
    }
    return range;
}

/// The rules by which the state of a socket says what its mask is, beside R-D28 and R-D41.
void note_state(Transition& transition, const UnixSocket& socket) {
    const bool connection_based = socket.type != SocketType::kDatagram;
    if (connection_based && socket.state != SocketState::kConnected) {
        transition.decided_by(Rule::kD29);
    } else if (connection_based && socket.shut != 0) {
        transition.decided_by(Rule::kD34);
    }
    transition.decided_by_if(socket.out_of_band >= 0, Rule::kD39);
}

/// What defects make of the mask of a socket.
EventMask corrupt_mask(const Transition& transition, const UnixSocket& socket, EventMask mask) {
    const bool datagram = socket.type == SocketType::kDatagram;
    const bool received = socket.queued > 0;
    const auto removes = [&](Defect defect, EventMask bits, bool when = true) {
        mask &= when && transition.has(defect) ? ~bits : ~EventMask{0};
    };
    const auto adds = [&](Defect defect, EventMask bits, bool when) {
        mask |= when && transition.has(defect) ? bits : 0;
    };
    removes(Defect::kUnconnectedWithoutHup, event::kHup,
            socket.state == SocketState::kClosed && socket.shut == 0);
    adds(Defect::kListenerHangsUp, event::kHup, socket.state == SocketState::kListening);
    removes(Defect::kRdhupMissing, event::kRdhup);
    removes(Defect::kInMissingAtEnd, event::kReadable, !received);
    adds(Defect::kHupAtHalfClose, event::kHup, socket.shut != 0);
    removes(Defect::kHupMissingAtEnd, event::kHup, socket.shut == kBothShut);
    removes(Defect::kOutEndsAtShutdown, event::kSocketWritable, (socket.shut & kSendShut) != 0);
    removes(Defect::kSocketErrMissing, event::kErr);
    removes(Defect::kPriMissing, event::kPri);
    removes(Defect::kUrgentByteIsNoData, event::kReadable,
            socket.queued == 1 && socket.out_of_band >= 0);
    removes(Defect::kSocketBandBitMissing, event::kWrband);
    adds(Defect::kDatagramHalfHangsUp, event::kHup,
         datagram && socket.state == SocketState::kClosed);
    return mask;
}

}  // namespace

MaskRange socket_mask(Transition& transition, int index, EventMask requested) {
    World& world = transition.world;
    const UnixSocket& socket = world.sockets[index];
    const bool stream = socket.type == SocketType::kStream;
    transition.decided_by(socket.type == SocketType::kDatagram ? Rule::kD41 : Rule::kD28);
    EventMask mask = 0;
    mask |= socket.error != 0 ? event::kErr : 0;
    mask |= socket.shut == kBothShut ? event::kHup : 0;
    mask |= (socket.shut & kReceiveShut) != 0 ? event::kRdhup | event::kReadable : 0;
    mask |= socket.queued > 0 ? event::kReadable : 0;
    mask |= stream && socket.out_of_band >= 0 ? event::kPri : 0;
    const bool connection_based = socket.type != SocketType::kDatagram;
    mask |= connection_based && socket.state == SocketState::kClosed ? event::kHup : 0;
    // All but streams look at their writability only when they are asked (R-D41).
    if (stream || (requested & event::kSocketWritable) != 0) {
        const bool writable =
            is_writable(transition, socket) && (stream || !peer_refuses(transition, index));
        mask |= writable ? event::kSocketWritable : 0;
    }
    note_state(transition, socket);
    if (!transition.sound()) {
        mask = corrupt_mask(transition, socket, mask);
    }
    return transition.contract() ? widen(socket, mask) : MaskRange::exactly(mask);
}

int socket_of(Transition& transition, const Operation& operation, ErrorList& errors) {
    const int file = open_file(transition, operation.fd);
    if (file < 0) {
        errors.add(error::kEBADF, Rule::kNone);
        return -1;
    }
    if (transition.world.files[file].kind != FileKind::kSocket) {
        errors.add(error::kENOTSOCK, Rule::kNone);
        return -1;
    }
    return transition.world.files[file].object;
}

namespace {

Result install_socket(Transition& transition, int socket, std::uint32_t flags) {
    const int file = new_file(transition, FileKind::kSocket, socket);
    transition.world.files[file].nonblocking = (flags & flag::kNonblock) != 0;
    return install(transition, file, (flags & flag::kCloexec) != 0);
}

}  // namespace

Result create_socket(Transition& transition, const Operation& operation) {
    SocketType type{};
    if (!type_of_flags(operation.flags, type)) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const int socket = new_socket(transition, type);
    return socket < 0 ? Result::of_value(0) : install_socket(transition, socket, operation.flags);
}

Result create_socket_pair(Transition& transition, const Operation& operation) {
    SocketType type{};
    if (!type_of_flags(operation.flags, type)) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const int first = new_socket(transition, type);
    const int second = new_socket(transition, type);
    if (first < 0 || second < 0) {
        return Result::of_value(0);
    }
    UnixSocket* sockets = transition.world.sockets;
    sockets[first].peer = static_cast<std::int8_t>(second);
    sockets[second].peer = static_cast<std::int8_t>(first);
    sockets[first].state = SocketState::kConnected;
    sockets[second].state = SocketState::kConnected;
    transition.decided_by(Rule::kD40);
    const int first_slot = install_socket(transition, first, operation.flags).slots[0];
    const int second_slot = install_socket(transition, second, operation.flags).slots[0];
    return Result::of_descriptor(first_slot, second_slot);
}

Result bind_socket(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = socket_of(transition, operation, errors);
    if (index < 0) {
        return transition.fail(errors);
    }
    UnixSocket& socket = transition.world.sockets[index];
    if (socket.address != 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    socket.address = transition.world.next_address++;
    socket.owns_address = true;
    return Result::of_value(0);
}

Result shut_down(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = socket_of(transition, operation, errors);
    if (index < 0) {
        return transition.fail(errors);
    }
    if (operation.flags > kShutBoth) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    UnixSocket& socket = transition.world.sockets[index];
    const bool datagram = socket.type == SocketType::kDatagram;
    const Rule lone = datagram ? Rule::kD45 : Rule::kD29;
    if (socket.peer < 0 && may_fail(transition, error::kENOTCONN, lone)) {
        return transition.fail(error::kENOTCONN, lone);  // shutdown(2)
    }
    const Rule rule = datagram ? Rule::kD45 : Rule::kD33;
    const auto halves = static_cast<std::uint8_t>(operation.flags + 1);  // SHUT_RDWR is both bits
    const bool changes = (socket.shut & halves) != halves;
    const EventMask key = transition.has(Defect::kShutdownKeyIn) ? event::kIn : EventMask{0};
    socket.shut |= halves;
    if (transition.has(Defect::kShutdownOnlyOnce) && !changes) {
        return Result::of_value(0);
    }
    if (!transition.has(Defect::kShutdownSilent)) {
        wake_socket(transition, index, key, rule);
    }
    const bool mirrors = datagram ? transition.has(Defect::kDatagramShutdownMirrored)
                                  : !transition.has(Defect::kShutdownNotMirrored);
    if (socket.peer >= 0 && mirrors) {
        const bool receive = (halves & kReceiveShut) != 0;
        const bool send = (halves & kSendShut) != 0;
        transition.world.sockets[socket.peer].shut |=
            static_cast<std::uint8_t>((receive ? kSendShut : 0) | (send ? kReceiveShut : 0));
        transition.decided_by(Rule::kD34);
        if (!transition.has(Defect::kShutdownSilentForPeer)) {
            wake_socket(transition, socket.peer, key, rule);
        }
    }
    return Result::of_value(0);
}

Result take_error(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = socket_of(transition, operation, errors);
    if (index < 0) {
        return transition.fail(errors);
    }
    transition.decided_by(Rule::kD36);
    UnixSocket& socket = transition.world.sockets[index];
    const bool keeps = transition.has(Defect::kErrorIsSticky);
    const int pending = keeps ? socket.error : consume_error(transition, socket);
    return Result::of_payload(static_cast<std::uint64_t>(pending));
}

Result receive(Transition& transition, const OpenFile& file, const Operation& operation) {
    const bool stream = transition.world.sockets[file.object].type == SocketType::kStream;
    const bool may_wait = !file.nonblocking && (operation.flags & flag::kDontWait) == 0;
    return stream ? receive_stream(transition, file.object, may_wait, operation)
                  : receive_datagram(transition, file.object, may_wait, operation);
}

Result send(Transition& transition, const OpenFile& file, const Operation& operation) {
    const bool stream = transition.world.sockets[file.object].type == SocketType::kStream;
    const bool may_wait = !file.nonblocking && (operation.flags & flag::kDontWait) == 0;
    return stream ? send_stream(transition, file.object, may_wait, operation)
                  : send_datagram(transition, file.object, may_wait, operation);
}

namespace {

/// True if the receive queue holds something that makes a close a reset for the peer.
bool has_unread(Transition& transition, const UnixSocket& socket) {
    const SocketBuffer* buffers = transition.world.buffers;
    int first = socket.first;
    if (first >= 0 && buffers[first].unread == 0 &&
        transition.behaves_as_with(VersionDifference::kV55)) {
        first = buffers[first].next;
    }
    return first >= 0;
}

/// Releases a socket, and with a listener the connections that wait in its queue. Nothing is
/// reclaimed yet: the listener is still in use while these go.
void take_down(Transition& transition, int index, bool embryo) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    const bool was_listening = socket.state == SocketState::kListening;
    const int peer = socket.peer;
    const bool resets_peer =
        (has_unread(transition, socket) && !transition.has(Defect::kUnreadCloseWithoutReset)) ||
        (embryo && !transition.has(Defect::kListenerCloseWithoutReset)) ||
        transition.has(Defect::kEveryCloseResets);
    socket.dead = true;
    socket.shut = kBothShut;
    socket.state = SocketState::kClosed;
    socket.peer = -1;
    socket.out_of_band = -1;
    socket.waiters = WaitQueue{};
    socket.owns_address = false;
    relay_to_senders(transition, index, 0);
    if (peer >= 0) {
        if (socket.type != SocketType::kDatagram || transition.has(Defect::kDatagramCloseHangsUp)) {
            world.sockets[peer].shut = kBothShut;
            if (resets_peer) {
                world.sockets[peer].error = error::kECONNRESET;
            }
            const EventMask key =
                transition.has(Defect::kSocketCloseKeyIn) ? event::kIn : EventMask{0};
            if (!transition.has(embryo ? Defect::kListenerCloseSilent
                                       : Defect::kSocketCloseSilent)) {
                wake_socket(transition, peer, key, embryo ? Rule::kD38 : Rule::kD35);
            }
        } else {
            leave_alone(transition, world.sockets[peer].waiters, Rule::kD46);
            if (transition.has(Defect::kDatagramCloseWakes)) {
                wake_socket(transition, peer, 0, Rule::kD46);
            }
        }
        drop_relay(world, index, peer);
    }
    while (socket.first >= 0) {
        const int buffer = socket.first;
        unlink_buffer(world, index, buffer);
        if (was_listening && world.buffers[buffer].embryo >= 0) {
            take_down(transition, world.buffers[buffer].embryo, true);
        }
        free_buffer(transition, buffer, peer >= 0 && !embryo ? Rule::kD35 : Rule::kD46);
    }
    for (SocketBuffer& buffer : world.buffers) {
        if (buffer.used && buffer.owner == index) {
            buffer.owner = -1;
        }
    }
}

}  // namespace

void release_socket(Transition& transition, int index) {
    take_down(transition, index, false);
    reclaim(transition.world);
}

}  // namespace epollcheck
