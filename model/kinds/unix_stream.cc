// Streams of unix sockets: sending in chunks, receiving across buffers, and the urgent byte.
//
// Source: unix_stream_sendmsg, queue_oob, unix_stream_read_generic, manage_oob and
// unix_stream_recv_urg, net/unix/af_unix.c, Linux 6.18; rules R-D30 to R-D39.

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/kinds/file.h"
#include "model/kinds/unix_internal.h"
#include "model/kinds/unix_socket.h"
#include "model/vocabulary/operation_table.h"
#include "model/world/manual_error.h"

namespace epollcheck::unix_socket {

namespace {

/// Bytes of a send that find room: buffers are allocated as long as the account is below its limit.
std::uint32_t room_for(const Transition& transition, const UnixSocket& sender,
                       std::uint32_t length) {
    const Calibration& calibration = *transition.settings.calibration;
    std::uint32_t charged = sender.charged;
    std::uint32_t room = 0;
    while (room < length && charged < calibration.unix_send_buffer) {
        const std::uint32_t chunk = std::min(length - room, calibration.unix_stream_chunk);
        charged += calibration.charge(SocketType::kStream, chunk);
        room += chunk;
    }
    return room;
}

void deliver_in_chunks(Transition& transition, int index, std::uint32_t length) {
    const std::uint32_t most = transition.settings.calibration->unix_stream_chunk;
    for (std::uint32_t sent = 0; sent < length; sent += std::min(length - sent, most)) {
        const int buffer =
            new_buffer(transition, index, SocketType::kStream, std::min(length - sent, most));
        if (buffer < 0) {
            return;
        }
        deliver(transition, transition.world.sockets[index].peer, buffer, Rule::kD30);
    }
}

/// True if the peer shut its receiving side before it was connected. (What it shuts later shuts the
/// sending side of this socket.)
bool peer_refuses(const World& world, const UnixSocket& sender) {
    return (world.sockets[sender.peer].shut & kReceiveShut) != 0;
}

/// A send that finds out at the peer that it cannot be: its buffer exists by then (R-D47).
Result fail_allocated(Transition& transition, int index, int error) {
    allocate_and_free(transition, index, Rule::kD47);
    return transition.fail(error, Rule::kD47);
}

/// The last byte of an urgent send, after `sent` normal bytes (queue_oob).
Result send_urgent_byte(Transition& transition, int index, std::uint32_t sent) {
    World& world = transition.world;
    if (const int failure = may_allocate(transition, index); failure != 0) {
        return sent > 0 ? Result::of_value(sent) : transition.fail(failure, Rule::kD39);
    }
    if (peer_refuses(world, world.sockets[index])) {
        return fail_allocated(transition, index, error::kEPIPE);
    }
    const int peer = world.sockets[index].peer;
    const int buffer = new_buffer(transition, index, SocketType::kStream, 1);
    if (buffer < 0) {
        return Result::of_value(0);
    }
    world.sockets[peer].out_of_band = static_cast<std::int8_t>(buffer);
    deliver(transition, peer, buffer, Rule::kD39);
    return Result::of_value(sent + 1);
}

/// What manage_oob lets a normal receive see: the buffer to read, or -1.
int skip_urgent(Transition& transition, int index, int buffer, bool peek, bool copied) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    if (world.buffers[buffer].unread > 0 && buffer != socket.out_of_band) {
        return buffer;
    }
    transition.decided_by(Rule::kD39);
    if (world.buffers[buffer].unread == 0) {
        if (copied && (socket.out_of_band < 0 || buffer == socket.out_of_band)) {
            return -1;
        }
        const int mark = buffer;
        buffer = world.buffers[mark].next;
        if (!peek) {
            unlink_buffer(world, index, mark);
            free_buffer(transition, mark, Rule::kD31);
        }
        if (buffer < 0) {
            return -1;
        }
    }
    if (buffer != socket.out_of_band) {
        return buffer;
    }
    if (copied) {
        return -1;
    }
    if (peek) {
        return world.buffers[buffer].next;
    }
    socket.out_of_band = -1;  // passed without having been received: the byte is lost
    unlink_buffer(world, index, buffer);
    free_buffer(transition, buffer, Rule::kD31);
    return socket.first;
}

Result receive_urgent_byte(Transition& transition, int index, const Operation& operation) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    const int buffer = socket.out_of_band;
    if (buffer < 0) {
        return transition.fail(error::kEINVAL, Rule::kD39);
    }
    if ((operation.flags & flag::kPeek) == 0) {
        int previous = -1;
        for (int i = socket.first; i != buffer; i = world.buffers[i].next) {
            previous = i;
        }
        if (!transition.has(Defect::kPriOutlivesRead)) {
            socket.out_of_band = -1;
        }
        world.buffers[buffer].unread = 0;
        // A mark directly before this one has served its purpose.
        if (previous >= 0 && world.buffers[previous].unread == 0) {
            unlink_buffer(world, index, previous);
            free_buffer(transition, previous, Rule::kD31);
        }
    }
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    transition.decided_by(Rule::kD39);
    return bytes_read(transition, operation, 1);
}

/// A send of no bytes: the peer learns nothing of it (R-D30).
void send_nothing(Transition& transition, const UnixSocket& sender) {
    leave_alone(transition, transition.world.sockets[sender.peer].waiters, Rule::kD30);
    if (transition.has(Defect::kEmptyStreamSendWakes)) {
        wake_socket(transition, sender.peer, event::kSocketReadKey, Rule::kD30);
    }
}

/// A buffer was looked at, or read in part: its sender learns nothing of it (R-D31).
void leave_buffer(Transition& transition, int index, bool peek) {
    SocketBuffer& buffer = transition.world.buffers[index];
    if (buffer.owner < 0) {
        return;
    }
    UnixSocket& owner = transition.world.sockets[buffer.owner];
    leave_alone(transition, owner.waiters, Rule::kD31);
    if (transition.has(peek ? Defect::kPeekWakes : Defect::kPartialReadWakes)) {
        wake_sender_of(transition, index);
    }
    if (transition.has(Defect::kPartialReadFrees) && !peek) {
        owner.charged -= buffer.charge;
        buffer.charge = 0;
    }
}

/// The pending error of a socket that has nothing to read; the read fetches it.
int error_of_read(Transition& transition, UnixSocket& socket) {
    return transition.has(Defect::kReadKeepsError) ? int{socket.error}
                                                   : consume_error(transition, socket);
}

/// True if MSG_OOB makes no difference in this step. unix(7) does not promise that it does: it says
/// that there are no such data.
bool ignores_urgency(Transition& transition) {
    return transition.contract() && transition.settings.calibration->has_unix_out_of_band &&
           transition.choose(0b11) == 1;
}

}  // namespace

Result send_stream(Transition& transition, int index, bool may_wait, const Operation& operation) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    std::uint32_t length = transfer_length(operation);
    const bool urgent =
        (operation.flags & flag::kOutOfBand) != 0 && !(length > 0 && ignores_urgency(transition));
    if (urgent && (length == 0 || !transition.settings.calibration->has_unix_out_of_band)) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kD39);
    }
    length -= urgent ? 1 : 0;
    if (socket.peer < 0) {
        return transition.fail(error::kENOTCONN, Rule::kNone);
    }
    if ((socket.shut & kSendShut) != 0) {
        note_failed_send(transition, index, error::kEPIPE);
        return transition.fail(error::kEPIPE, Rule::kD37);
    }
    if (length == 0 && !urgent) {
        send_nothing(transition, socket);
    }
    if (length > 0) {
        const int failure = may_allocate(transition, index);
        if (failure == 0 && peer_refuses(world, socket)) {
            const bool good = operation.pointer == Pointer::kGood;
            return fail_allocated(transition, index, good ? error::kEPIPE : error::kEFAULT);
        }
        const std::uint32_t room = failure == 0 ? room_for(transition, socket, length) : 0;
        if (may_wait && room < length && (failure == 0 || failure == error::kEAGAIN)) {
            return room > 0 ? transition.give_up("a blocking send that is interrupted half-way")
                            : Result::blocked();
        }
        const std::int64_t moved = transition.transferred(
            failure != 0 ? -failure : std::int64_t{room}, length, socket.charged > 0, Rule::kD31);
        socket.refused_write = moved < std::int64_t{length};
        if (moved < 0) {
            note_failed_send(transition, index, static_cast<int>(-moved));
            return transition.fail(static_cast<int>(-moved), Rule::kD32);
        }
        if (operation.pointer != Pointer::kGood) {
            return fail_allocated(transition, index, error::kEFAULT);
        }
        deliver_in_chunks(transition, index, static_cast<std::uint32_t>(moved));
        if (moved < std::int64_t{length}) {
            return Result::of_value(moved);
        }
    }
    return urgent ? send_urgent_byte(transition, index, length) : Result::of_value(length);
}

Result receive_stream(Transition& transition, int index, bool may_wait,
                      const Operation& operation) {
    World& world = transition.world;
    UnixSocket& socket = world.sockets[index];
    const bool peek = (operation.flags & flag::kPeek) != 0;
    if (socket.state != SocketState::kConnected) {
        const bool by_manual = may_fail(transition, error::kENOTCONN, Rule::kD29);  // recv(2)
        return transition.fail(by_manual ? error::kENOTCONN : error::kEINVAL, Rule::kD29);
    }
    if ((operation.flags & flag::kOutOfBand) != 0 && !ignores_urgency(transition)) {
        return transition.settings.calibration->has_unix_out_of_band
                   ? receive_urgent_byte(transition, index, operation)
                   : transition.fail(error::kEOPNOTSUPP, Rule::kD39);
    }
    const std::uint32_t length = transfer_length(operation);
    std::uint32_t copied = 0;
    int buffer = socket.first;
    do {
        if (buffer >= 0) {
            buffer = skip_urgent(transition, index, buffer, peek, copied > 0);
        }
        if (buffer < 0) {
            if (copied > 0) {
                break;
            }
            if (const int pending = error_of_read(transition, socket); pending != 0) {
                return transition.fail(pending, Rule::kD36);
            }
            if ((socket.shut & kReceiveShut) != 0) {
                return Result::of_value(0);
            }
            return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kD31);
        }
        const std::uint32_t chunk = std::min(world.buffers[buffer].unread, length - copied);
        if (chunk > 0 && operation.pointer != Pointer::kGood) {
            return transition.fail(error::kEFAULT, Rule::kNone);
        }
        copied += chunk;
        const bool carries_file = receive_rights(transition, buffer, operation);
        if (peek) {
            leave_buffer(transition, buffer, true);
            buffer = world.buffers[buffer].next;
            if (buffer < 0 || carries_file) {
                break;
            }
            continue;
        }
        world.buffers[buffer].unread -= chunk;
        if (world.buffers[buffer].unread > 0) {
            leave_buffer(transition, buffer, false);
            break;
        }
        unlink_buffer(world, index, buffer);
        free_buffer(transition, buffer, Rule::kD31);
        if (carries_file) {
            break;
        }
        buffer = socket.first;
    } while (peek || copied < length);  // a peek looks at all buffers, even for no bytes
    return bytes_read(transition, operation, copied);
}

}  // namespace epollcheck::unix_socket
