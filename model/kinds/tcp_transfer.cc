// Data on TCP connections over the loopback device, and the urgent byte.
//
// What is sent is in the receiver's queue when the call returns, as long as it surely fits into the
// receiver's window (R-D67). Windows depend on the memory behind each packet, so beyond that the
// model does not follow amounts.
//
// Source: SEMANTICS R-D53 to R-D55, R-D58, R-D60, R-D61; tcp_sendmsg_locked, tcp_recvmsg_locked,
// tcp_recv_urg, net/ipv4/tcp.c; tcp_check_urg, tcp_urg, tcp_data_queue, net/ipv4/tcp_input.c,
// Linux 6.18.

#include <algorithm>

#include "model/kinds/file.h"
#include "model/kinds/inet_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::tcp {

using namespace inet;

namespace {

/// Bytes that surely find room in the window and the send buffer of a fresh connection.
constexpr std::uint32_t kSurelyFits = 16384;
/// The same where SO_SNDBUF was made as small as the kernel permits.
constexpr std::uint32_t kSurelyTaken = 4096;
/// Stands for the unread bytes of a connection that was filled: more than any SO_RCVLOWAT.
constexpr std::uint32_t kWindowful = 1U << 24;

/// What the urgent pointer of a packet does before the packet is queued (tcp_check_urg, tcp_urg).
/// The urgent byte is the last of `length`.
void receive_urgent_pointer(Transition& transition, int index, std::uint32_t length) {
    InetSocket& socket = transition.world.inet_sockets[index];
    // The urgent byte that was next to be read is passed: only one can be outside of the stream.
    if (socket.urgent != Urgent::kNone && socket.urgent_offset == 0 && !socket.urgent_inline &&
        socket.unread > 0) {
        --socket.unread;
    }
    socket.urgent = Urgent::kPending;
    socket.urgent_offset = static_cast<std::int32_t>(socket.unread + length) - 1;
    if (!transition.has(Defect::kTcpUrgentSilent)) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD60);
    }
}

/// True if a defect keeps data that arrives from waking the receiver.
bool stays_silent(const Transition& transition, bool had_data) {
    return transition.has(Defect::kTcpDataSilent) ||
           (had_data && transition.has(Defect::kTcpDataWakesIfEmpty));
}

/// A packet with data arrives. False if the receiver answers with a reset.
bool deliver(Transition& transition, int index, std::uint32_t length, bool urgent) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (!socket.open && !socket.waits) {
        return false;
    }
    if (socket.state == TcpState::kFinWait && (socket.shut & kReceiveShut) != 0) {
        if (urgent) {  // this comes first, tcp_rcv_state_process
            receive_urgent_pointer(transition, index, length);
        }
        return false;
    }
    if (socket.unread >= kWindowful || socket.unread + length > kSurelyFits) {
        transition.give_up("more unread bytes than surely fit into a window");
        return true;
    }
    if (urgent) {
        receive_urgent_pointer(transition, index, length);
    }
    const bool had_data = socket.unread > 0;
    socket.unread += length;
    const bool below_mark = transition.has(Defect::kTcpDataWakesBelowMark);
    if ((reaches_mark(socket, socket.low_water) || socket.finished || below_mark) &&
        (transition.sound() || !stays_silent(transition, had_data))) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD53);
    }
    return true;
}

/// Both ends learn of a reset: the receiver, where it has a file, and the sender.
void reset_both(Transition& transition, int sender, int receiver) {
    World& world = transition.world;
    world.inet_sockets[sender].peer = -1;
    world.inet_sockets[receiver].peer = -1;
    if (world.inet_sockets[receiver].open) {
        reset(transition, receiver);
    } else {
        world.inet_sockets[receiver] = InetSocket{};
    }
    reset(transition, sender);
}

Result receive_urgent_byte(Transition& transition, int index, const Operation& operation) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (socket.urgent_inline || socket.urgent != Urgent::kPending) {
        return transition.fail(error::kEINVAL, Rule::kD60);
    }
    if (socket.state == TcpState::kClosed && !socket.finished) {
        return transition.fail(error::kENOTCONN, Rule::kNone);
    }
    if ((operation.flags & flag::kPeek) == 0 && !transition.has(Defect::kTcpPriOutlivesRead)) {
        socket.urgent = Urgent::kReceived;
    }
    transition.decided_by(Rule::kD60);
    return bytes_read(transition, operation, std::min(transfer_length(operation), 1U));
}

/// The answer when there is nothing to read.
Result nothing_to_read(Transition& transition, InetSocket& socket, bool may_wait) {
    if (socket.finished) {
        return Result::of_value(0);
    }
    if (const int pending = consume_error(socket); pending != 0) {
        return transition.fail(pending, Rule::kD58);
    }
    if ((socket.shut & kReceiveShut) != 0) {
        return Result::of_value(0);
    }
    if (socket.state == TcpState::kClosed) {
        return transition.fail(error::kENOTCONN, Rule::kNone);
    }
    return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kD53);
}

/// A walk through the queue of a receiver, as far as one receive gets.
struct Walk {
    std::int32_t position = 0;  // bytes passed
    std::uint32_t copied = 0;
    bool faulted = false;
};

Walk walk_through(InetSocket& socket, std::uint32_t length, bool peek, bool fault) {
    Walk walk;
    do {
        const std::int32_t to_urgent = socket.urgent_offset - walk.position;
        const bool urgent = socket.urgent != Urgent::kNone && to_urgent >= 0;
        const auto left =
            static_cast<std::uint32_t>(static_cast<std::int32_t>(socket.unread) - walk.position);
        if ((urgent && to_urgent == 0 && walk.copied > 0) || left == 0) {
            break;
        }
        std::uint32_t chunk = std::min(left, length - walk.copied);
        if (urgent && static_cast<std::uint32_t>(to_urgent) < chunk) {
            if (to_urgent > 0) {
                chunk = static_cast<std::uint32_t>(to_urgent);
            } else if (!socket.urgent_inline) {
                ++walk.position;
                --chunk;
            }
        }
        if (chunk > 0 && fault) {
            walk.faulted = true;
            break;
        }
        walk.position += static_cast<std::int32_t>(chunk);
        walk.copied += chunk;
        if (!peek && socket.urgent != Urgent::kNone && walk.position > socket.urgent_offset) {
            socket.urgent = Urgent::kNone;
        }
    } while (walk.copied < length);
    return walk;
}

/// The rest of what the peer had sent comes as the window opens, and is read as well. That wakes
/// the reader again, or not, if all had come before; and the peer, once it has room (R-D55).
void refill_and_empty(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    const int peer = socket.peer;
    enum { kNotAgain, kBefore, kAfter };
    const int woken = socket.waiters.first >= 0 ? transition.choose(0b111) : kNotAgain;
    if (woken == kBefore) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD53);
    }
    transition.world.inet_sockets[peer].full = false;
    if (!transition.has(Defect::kTcpSpaceSilent)) {
        wake_socket(transition, peer, event::kSocketWritable, Rule::kD55);
    }
    if (woken == kAfter) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD53);
    }
}

}  // namespace

bool reaches_mark(const InetSocket& socket, std::uint32_t mark) {
    return socket.unread > 0 && socket.unread >= mark;
}

Result send(Transition& transition, int index, bool may_wait, const Operation& operation) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    const std::uint32_t length = transfer_length(operation);
    if (socket.state != TcpState::kEstablished && socket.state != TcpState::kCloseWait) {
        if (const int pending = consume_error(socket); pending != 0) {
            return transition.fail(pending, Rule::kD58);
        }
        if (socket.state != TcpState::kConnecting) {
            return transition.fail(error::kEPIPE, Rule::kNone);
        }
        return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kNone);
    }
    if (socket.error != 0 || (socket.shut & kSendShut) != 0) {
        const int pending = consume_error(socket);
        return transition.fail(pending != 0 ? pending : error::kEPIPE, Rule::kNone);
    }
    if (length == 0) {
        transition.decided_by(Rule::kD61);
        if (transition.has(Defect::kTcpEmptySendWakes)) {
            wake_socket(transition, socket.peer, event::kSocketReadKey, Rule::kD61);
        }
        return Result::of_value(0);
    }
    if (socket.full) {
        // The last packet may have room for bytes although there is none for another packet.
        return transition.give_up("a send to a full connection");
    }
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    if (length > kSurelyTaken) {
        return transition.give_up("more bytes than surely fit into a send buffer");
    }
    const int peer = socket.peer;
    if (!deliver(transition, peer, length, (operation.flags & flag::kOutOfBand) != 0)) {
        reset_both(transition, index, peer);
    }
    return Result::of_value(length);
}

Result receive(Transition& transition, int index, bool may_wait, const Operation& operation) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (socket.state == TcpState::kListening) {
        return transition.fail(error::kENOTCONN, Rule::kNone);
    }
    if ((operation.flags & flag::kOutOfBand) != 0) {
        return receive_urgent_byte(transition, index, operation);
    }
    if (socket.unread >= kWindowful) {
        return transition.give_up("a part of what fills a connection is read");
    }
    const bool peek = (operation.flags & flag::kPeek) != 0;
    const std::uint32_t length = transfer_length(operation);
    const std::uint32_t available = socket.unread;
    const Walk walk = walk_through(socket, length, peek, operation.pointer != Pointer::kGood);
    if (!peek) {
        socket.unread -= static_cast<std::uint32_t>(walk.position);
        socket.urgent_offset -= walk.position;
        if (socket.urgent == Urgent::kNone) {
            socket.urgent_offset = 0;
        }
    }
    transition.decided_by(Rule::kD54);
    if (transition.has(Defect::kTcpReadWakes)) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD54);
    }
    if (walk.faulted && walk.copied == 0) {
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    // A receive for no bytes looks at the queue like any other.
    if (walk.copied == 0 && (available == static_cast<std::uint32_t>(walk.position))) {
        return nothing_to_read(transition, socket, may_wait);
    }
    if (may_wait && walk.copied < std::min(socket.low_water, length)) {
        return transition.give_up("a blocking receive below SO_RCVLOWAT");
    }
    return bytes_read(transition, operation, walk.copied);
}

Result fill(Transition& transition, int index) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    // The first packet shows whether there is a connection that takes anything.
    Operation first;
    first.length = 1;
    Result result = send(transition, index, false, first);
    if (result.kind == ResultKind::kValue && socket.peer < 0) {
        result = send(transition, index, false, first);  // it was answered by a reset
    }
    if (result.kind != ResultKind::kValue || transition.gave_up() != nullptr) {
        return result;
    }
    world.inet_sockets[socket.peer].unread += kWindowful;
    // The first byte may have been below the low-water mark, all of it is not.
    wake_socket(transition, socket.peer, event::kSocketReadKey, Rule::kD53);
    // Where the send buffer is smaller than the window, it had room again in between.
    if (socket.waiters.first >= 0 && transition.choose(0b11) == 1) {
        wake_socket(transition, index, event::kSocketWritable, Rule::kD55);
    }
    socket.full = true;
    return transition.fail(error::kEAGAIN, Rule::kD55);
}

Result drain(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (socket.unread >= kWindowful) {
        if (socket.urgent != Urgent::kNone) {
            return transition.give_up("an urgent byte in a connection that was filled");
        }
        if (socket.shut != 0) {
            return transition.give_up("what fills a connection is read by an end that is shut");
        }
        socket.unread = 0;
        if (socket.peer >= 0 && transition.world.inet_sockets[socket.peer].full) {
            refill_and_empty(transition, index);
        }
    }
    Operation piece;
    piece.length = kSurelyFits;
    Result result = receive(transition, index, false, piece);
    while (result.kind == ResultKind::kValue && result.value > 0 &&
           transition.gave_up() == nullptr) {
        result = receive(transition, index, false, piece);
    }
    return result;
}

}  // namespace epollcheck::tcp
