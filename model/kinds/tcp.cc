// TCP over the loopback device: the states of a connection, and how it ends.
//
// The executor lets no call return before the peer has acknowledged what was sent, so FIN_WAIT1,
// CLOSING and LAST_ACK are left before anybody can look. A closed end whose peer still has a file
// is kept as a record that is not open: what the peer sends to it comes back as a reset.
//
// Source: SEMANTICS R-D49 to R-D61, R-D67a; tcp_poll, tcp_shutdown, __tcp_close, tcp_disconnect,
// net/ipv4/tcp.c; tcp_fin, tcp_reset, tcp_rcv_state_process, net/ipv4/tcp_input.c; inet_shutdown,
// net/ipv4/af_inet.c, Linux 6.18.

#include "model/kinds/inet_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::tcp {

using namespace inet;

namespace {

/// tcp_need_reset: states in which giving up a connection is told to the peer.
bool needs_reset(TcpState state) {
    return state == TcpState::kEstablished || state == TcpState::kCloseWait ||
           state == TcpState::kFinWait;
}

/// The record of a closed end goes when nobody can send to it any more.
void forget(World& world, int index) {
    InetSocket& socket = world.inet_sockets[index];
    if (!socket.open && !socket.waits && socket.peer < 0) {
        socket = InetSocket{};
    }
}

/// Ends the association of two ends; each is forgotten if it is closed.
void part(World& world, int index) {
    const int peer = world.inet_sockets[index].peer;
    world.inet_sockets[index].peer = -1;
    if (peer >= 0) {
        world.inet_sockets[peer].peer = -1;
        forget(world, peer);
    }
}

/// The state CLOSE. A port that was not chosen by number is given back.
void set_closed(InetSocket& socket) {
    socket.state = TcpState::kClosed;
    socket.has_port = false;
    socket.full = false;
}

/// A FIN arrives, and is acknowledged (tcp_fin).
void receive_fin(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    socket.shut |= kReceiveShut;
    socket.finished = true;
    if (socket.state == TcpState::kEstablished) {
        socket.state = TcpState::kCloseWait;
        if (!transition.has(Defect::kTcpFinSilent)) {
            wake_socket(transition, index, 0, Rule::kD56);
        }
    } else {
        finish(transition, index, Rule::kD57);  // by way of TIME_WAIT
    }
}

/// A call of `index` is about to send a packet and to wake its own waiters. Mostly the peer is
/// woken first; but a packet that is handed on late (R-D67) is taken in after that wake-up.
void wake_early_perhaps(Transition& transition, int index, EventMask key, Rule rule) {
    const InetSocket* const sockets = transition.world.inet_sockets;
    const int peer = sockets[index].peer;
    const bool both_watched =
        peer >= 0 && sockets[index].waiters.first >= 0 && sockets[peer].waiters.first >= 0;
    if (!both_watched) {
        return;
    }
    transition.decided_by(Rule::kD67);
    if (transition.choose(0b11) == 1) {
        wake_socket(transition, index, key, rule);
    }
}

/// What defects make of the mask of a socket that does not listen.
EventMask corrupt_mask(const Transition& transition, const InetSocket& socket, EventMask mask) {
    const bool half = socket.shut != 0 && socket.shut != kBothShut;
    const bool fresh = socket.state == TcpState::kClosed && socket.shut == 0;
    const bool ended = (socket.shut & kReceiveShut) != 0;
    mask |= half && transition.has(Defect::kTcpHalfCloseHangsUp) ? event::kHup : 0;
    mask |= socket.full && transition.has(Defect::kTcpFullIsWritable) ? event::kWritable : 0;
    EventMask hidden = 0;
    hidden |= fresh && transition.has(Defect::kTcpFreshWithoutHup) ? event::kHup : 0;
    hidden |= !fresh && transition.has(Defect::kTcpHupMissing) ? event::kHup : 0;
    hidden |= transition.has(Defect::kTcpRdhupMissing) ? event::kRdhup : 0;
    hidden |= transition.has(Defect::kTcpUrgentWithoutPri) ? event::kPri : 0;
    const bool nothing_left = ended && socket.unread == 0;
    hidden |= nothing_left && transition.has(Defect::kTcpEndNotReadable) ? event::kReadable : 0;
    return mask & ~hidden;
}

/// Bytes that must be readable for IN.
std::uint32_t mark_of(const Transition& transition, const InetSocket& socket) {
    // An urgent byte that is next to be read does not count (R-D60).
    const bool skips =
        socket.urgent != Urgent::kNone && socket.urgent_offset == 0 && !socket.urgent_inline;
    const std::uint32_t mark = transition.has(Defect::kTcpMarkIgnored) ? 1 : socket.low_water;
    return mark + (skips && !transition.has(Defect::kTcpUrgentIsReadable) ? 1 : 0);
}

}  // namespace

EventMask mask(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    transition.decided_by(socket.state == TcpState::kClosed ? Rule::kD50 : Rule::kD49);
    if (socket.state == TcpState::kListening) {
        const bool readable =
            socket.queued > 0 || transition.has(Defect::kTcpListenerAlwaysReadable);
        return readable ? event::kReadable : 0;
    }
    EventMask mask = 0;
    mask |= socket.error != 0 ? event::kErr : 0;
    mask |= socket.shut == kBothShut || socket.state == TcpState::kClosed ? event::kHup : 0;
    mask |= (socket.shut & kReceiveShut) != 0 ? event::kRdhup | event::kReadable : 0;
    if (socket.state == TcpState::kConnecting) {
        const bool writable = transition.has(Defect::kTcpConnectingWritable);
        return mask | (writable ? event::kWritable : 0);
    }
    mask |= reaches_mark(socket, mark_of(transition, socket)) ? event::kReadable : 0;
    mask |= socket.urgent == Urgent::kPending ? event::kPri : 0;
    mask |= (socket.shut & kSendShut) != 0 || !socket.full ? event::kOut | event::kWrnorm : 0;
    return transition.sound() ? mask : corrupt_mask(transition, socket, mask);
}

void finish(Transition& transition, int index, Rule rule) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    set_closed(socket);
    socket.shut = kBothShut;
    part(world, index);
    const bool silent = (rule == Rule::kD57 && transition.has(Defect::kTcpFinishSilent)) ||
                        (rule == Rule::kD58 && transition.has(Defect::kTcpResetSilent)) ||
                        (rule == Rule::kD51 && transition.has(Defect::kTcpRefusalSilent));
    if (!silent) {
        wake_socket(transition, index, 0, rule);
    }
    forget(world, index);
}

void reset(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    socket.error = socket.state == TcpState::kCloseWait ? error::kEPIPE : error::kECONNRESET;
    socket.error = transition.has(Defect::kTcpResetWithoutError) ? 0 : socket.error;
    finish(transition, index, Rule::kD58);
    if (socket.used && !transition.has(Defect::kTcpResetSilent)) {
        wake_socket(transition, index, event::kErr, Rule::kD58);
    }
}

void send_reset(Transition& transition, int index) {
    World& world = transition.world;
    const int peer = world.inet_sockets[index].peer;
    part(world, index);
    if (peer >= 0 && world.inet_sockets[peer].used) {
        reset(transition, peer);
    }
}

void send_fin(Transition& transition, int index) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    const bool is_second = socket.state == TcpState::kCloseWait;
    const int peer = socket.peer;
    socket.state = TcpState::kFinWait;
    if (socket.full || world.inet_sockets[peer].state == TcpState::kClosed) {
        transition.give_up("a FIN behind data that may not have left yet");
        return;
    }
    receive_fin(transition, peer);
    if (is_second) {
        finish(transition, index, Rule::kD57);  // the acknowledgement ends LAST_ACK
    } else {
        wake_socket(transition, index, 0, Rule::kD56);  // the acknowledgement ends FIN_WAIT1
    }
}

void disconnect(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    const TcpState before = socket.state;
    if (before != TcpState::kClosed) {
        set_closed(socket);
    }
    if (before == TcpState::kListening) {
        stop_listening(transition, index);
    } else if (needs_reset(before)) {
        wake_early_perhaps(transition, index, event::kErr, Rule::kD58);
        send_reset(transition, index);
        socket.error = error::kECONNRESET;
    } else if (before == TcpState::kConnecting) {
        socket.error = error::kECONNRESET;
    }
    socket.shut = 0;
    socket.finished = false;
    socket.unread = 0;
    socket.urgent = Urgent::kNone;
    socket.urgent_offset = 0;
    wake_socket(transition, index, event::kErr, Rule::kD58);
}

Result shut_down(Transition& transition, int index, std::uint8_t halves) {
    InetSocket& socket = transition.world.inet_sockets[index];
    const bool ends_own = (halves & kSendShut) != 0;
    bool is_connected = true;
    if ((socket.state == TcpState::kListening &&
         transition.has(Defect::kTcpListenerShutdownIgnored)) ||
        (socket.state == TcpState::kClosed && transition.has(Defect::kTcpIdleShutdownIgnored))) {
        return transition.fail(error::kENOTCONN, Rule::kD59);
    }
    if (socket.call == CallState::kConnecting) {
        const bool failed =
            socket.state == TcpState::kConnecting || socket.state == TcpState::kClosed;
        socket.call = failed ? CallState::kDisconnecting : CallState::kConnected;
    }
    switch (socket.state) {
        case TcpState::kListening:
            if ((halves & kReceiveShut) == 0) {
                break;
            }
            [[fallthrough]];
        case TcpState::kConnecting:
            disconnect(transition, index);
            socket.call = CallState::kUnconnected;
            break;
        case TcpState::kClosed:
            is_connected = false;
            socket.shut |= halves;
            break;
        default:
            socket.shut |= halves;
            if (ends_own && socket.state != TcpState::kFinWait) {
                wake_early_perhaps(transition, index, 0, Rule::kD59);
                send_fin(transition, index);
            }
            break;
    }
    if (!transition.has(Defect::kTcpShutdownSilent)) {
        wake_socket(transition, index, 0, Rule::kD59);
    }
    return is_connected ? Result::of_value(0) : transition.fail(error::kENOTCONN, Rule::kD59);
}

void release(Transition& transition, int index) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    socket.open = false;
    socket.shut = kBothShut;
    if (socket.state == TcpState::kListening) {
        stop_listening(transition, index);
    } else if (needs_reset(socket.state) &&
               ((socket.unread > 0 && !transition.has(Defect::kTcpUnreadCloseEnds)) ||
                (socket.resets_on_close && !transition.has(Defect::kTcpLingerIgnored)))) {
        send_reset(transition, index);  // data that nobody will read
    } else if (socket.state == TcpState::kEstablished || socket.state == TcpState::kCloseWait) {
        send_fin(transition, index);
    }
    forget(world, index);
}

Result set_option(Transition& transition, int index, const Operation& operation) {
    InetSocket& socket = transition.world.inet_sockets[index];
    const auto value = static_cast<std::uint32_t>(operation.value);
    switch (static_cast<SocketOption>(operation.number)) {
        case SocketOption::kReceiveLowWater:
            socket.low_water = value == 0 ? 1 : value;
            if ((reaches_mark(socket, socket.low_water) || socket.finished) &&
                !transition.has(Defect::kTcpMarkOptionSilent)) {
                wake_socket(transition, index, event::kSocketReadKey, Rule::kD67a);
            }
            break;
        case SocketOption::kSendBuffer:
            if (socket.full) {
                return transition.give_up("a new size of a send buffer that is in use");
            }
            if (!transition.has(Defect::kTcpBufferOptionSilent)) {
                wake_socket(transition, index, event::kSocketWritable, Rule::kD67a);
            }
            break;
        case SocketOption::kLinger:
            socket.resets_on_close = value == 0;
            break;
        case SocketOption::kUrgentInline:
            socket.urgent_inline = value != 0 && !transition.has(Defect::kTcpUrgentInlineIgnored);
            break;
    }
    return Result::of_value(0);
}

}  // namespace epollcheck::tcp
