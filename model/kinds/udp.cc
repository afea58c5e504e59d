// UDP over the loopback device.
//
// A datagram is in the receiver's queue when send returns (R-D67), or an error comes back to a
// connected sender whose port is closed (R-D65). Either way the packet has left the sender's
// account by then, which wakes the sender (R-D64).
//
// Source: SEMANTICS R-D62 to R-D68; udp_sendmsg, udp_recvmsg, __udp4_lib_err, udp_poll,
// net/ipv4/udp.c; inet_shutdown, net/ipv4/af_inet.c; sock_wfree, net/core/sock.c, Linux 6.18.

#include <algorithm>

#include "model/kinds/file.h"
#include "model/kinds/inet_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::udp {

using namespace inet;

namespace {

constexpr std::uint32_t kLargestDatagram = 65507;  // bytes, of IPv4
/// Longer datagrams might not find room beside kMaxDatagrams - 1 others in a receive buffer.
constexpr std::uint32_t kSurelyFits = 4096;

/// The socket that takes what `sender` sends, or -1.
int receiver_of(const World& world, const InetSocket& sender) {
    for (int i = 0; i < kMaxInetSockets; ++i) {
        const InetSocket& socket = world.inet_sockets[i];
        const bool listens = socket.used && socket.datagram && sender.destination != 0 &&
                             socket.address == sender.destination;
        // A connected socket takes from its peer only.
        if (listens &&
            (socket.state != TcpState::kEstablished || socket.destination == sender.address)) {
            return i;
        }
    }
    return -1;
}

/// What was sent leaves the account of its sender.
void wake_sender(Transition& transition, int index) {
    if (!transition.has(Defect::kUdpOwnSendSilent)) {
        wake_socket(transition, index, event::kSocketWritable, Rule::kD64);
    }
}

void deliver(Transition& transition, int index, int receiver, std::uint32_t length) {
    InetSocket& socket = transition.world.inet_sockets[receiver];
    if (length > kSurelyFits || socket.queued == kMaxDatagrams) {
        transition.give_up("more unread datagrams, or longer ones, than the model follows");
        return;
    }
    socket.datagrams[socket.queued++] = static_cast<std::uint16_t>(length);
    wake_sender(transition, index);
    const bool silent = transition.has(Defect::kUdpDataSilent) ||
                        (length == 0 && transition.has(Defect::kUdpEmptySilent)) ||
                        (socket.queued > 1 && transition.has(Defect::kUdpDataWakesIfEmpty));
    if (!silent) {
        wake_socket(transition, receiver, event::kSocketReadKey, Rule::kD63);
    }
}

/// What defects make of the mask of a socket.
EventMask corrupt_mask(const Transition& transition, const InetSocket& socket, EventMask mask) {
    const bool fresh = socket.state == TcpState::kClosed && socket.shut == 0;
    mask |= fresh && transition.has(Defect::kUdpFreshHangsUp) ? event::kHup : 0;
    mask &= ~(transition.has(Defect::kUdpBandBitMissing) ? event::kWrband : 0);
    mask &= ~(transition.has(Defect::kUdpHupMissing) ? event::kHup : 0);
    return mask & ~(transition.has(Defect::kUdpRdhupMissing) ? event::kRdhup : 0);
}

/// A pending error, which goes, unless a defect keeps it.
int report_error(const Transition& transition, InetSocket& socket) {
    const int pending = consume_error(socket);
    socket.error = transition.has(Defect::kUdpErrorSticky) ? pending : 0;
    return pending;
}

}  // namespace

EventMask mask(Transition& transition, const InetSocket& socket) {
    transition.decided_by(Rule::kD62);
    EventMask mask = event::kSocketWritable;  // nothing of what it sent is on its account any more
    mask |= socket.error != 0 ? event::kErr : 0;
    mask |= (socket.shut & kReceiveShut) != 0 ? event::kRdhup | event::kReadable : 0;
    mask |= socket.shut == kBothShut ? event::kHup : 0;
    mask |= socket.queued > 0 ? event::kReadable : 0;
    return transition.sound() ? mask : corrupt_mask(transition, socket, mask);
}

Result connect(Transition& transition, int index, const Operation& operation) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    if (names_nobody(operation)) {
        socket.state = TcpState::kClosed;
        socket.destination = 0;
        socket.has_port = false;  // it was not chosen by number, so it is given back
        socket.address = 0;
        return Result::of_value(0);
    }
    const std::uint8_t destination = address_of(transition, operation.other_fd, true);
    take_address(world, socket);
    socket.destination = destination;
    socket.state = TcpState::kEstablished;
    return Result::of_value(0);
}

Result shut_down(Transition& transition, int index, std::uint8_t halves) {
    InetSocket& socket = transition.world.inet_sockets[index];
    const bool idle = socket.state != TcpState::kEstablished;
    if (!(idle && transition.has(Defect::kUdpIdleShutdownIgnored))) {
        socket.shut |= halves;
        if (!transition.has(Defect::kUdpShutdownSilent)) {
            wake_socket(transition, index, 0, Rule::kD66);
        }
    }
    return socket.state == TcpState::kEstablished ? Result::of_value(0)
                                                  : transition.fail(error::kENOTCONN, Rule::kD66);
}

Result send(Transition& transition, int index, const Operation& operation) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    const std::uint32_t length = transfer_length(operation);
    take_address(world, socket);
    if (length > 0xffff) {
        return transition.fail(error::kEMSGSIZE, Rule::kNone);
    }
    if ((operation.flags & flag::kOutOfBand) != 0) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kNone);
    }
    if (socket.state != TcpState::kEstablished) {
        return transition.fail(error::kEDESTADDRREQ, Rule::kNone);
    }
    if (length > kLargestDatagram) {
        return transition.fail(error::kEMSGSIZE, Rule::kNone);
    }
    if (const int pending = report_error(transition, socket); pending != 0) {
        return transition.fail(pending, Rule::kD65);
    }
    if ((socket.shut & kSendShut) != 0) {
        return transition.fail(error::kEPIPE, Rule::kNone);
    }
    if (operation.pointer != Pointer::kGood && length > 0) {
        wake_socket(transition, index, event::kSocketWritable, Rule::kD64);  // as in R-D47
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    const int receiver = receiver_of(world, socket);
    if (receiver >= 0) {
        deliver(transition, index, receiver, length);
    } else {
        wake_sender(transition, index);
        const bool quiet = transition.has(Defect::kUdpRefusalWithoutError);
        socket.error = quiet ? 0 : error::kECONNREFUSED;
        if (!transition.has(Defect::kUdpRefusalSilent)) {
            wake_socket(transition, index, event::kErr, Rule::kD65);
        }
    }
    return Result::of_value(length);
}

Result receive(Transition& transition, int index, bool may_wait, const Operation& operation) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (const int pending = report_error(transition, socket); pending != 0) {
        return transition.fail(pending, Rule::kD65);
    }
    if (socket.queued == 0) {
        if (may_wait && (socket.shut & kReceiveShut) != 0) {
            return Result::of_value(0);
        }
        return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kD63);
    }
    const std::uint32_t count =
        std::min(std::uint32_t{socket.datagrams[0]}, transfer_length(operation));
    if ((operation.flags & flag::kPeek) == 0) {
        --socket.queued;
        std::move(socket.datagrams + 1, socket.datagrams + kMaxDatagrams, socket.datagrams);
        socket.datagrams[socket.queued] = 0;
    }
    if (count > 0 && operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);  // the datagram is lost
    }
    return bytes_read(transition, operation, count);
}

}  // namespace epollcheck::udp
