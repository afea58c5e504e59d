// TCP connections over the loopback device: listening, connecting and accepting.
//
// Source: SEMANTICS R-D50 to R-D52; inet_listen, __inet_stream_connect, net/ipv4/af_inet.c;
// inet_csk_accept, inet_csk_listen_stop, net/ipv4/inet_connection_sock.c; tcp_conn_request,
// tcp_rcv_synsent_state_process, net/ipv4/tcp_input.c, Linux 6.18.

#include "model/kinds/descriptors.h"
#include "model/kinds/inet_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::tcp {

using namespace inet;

namespace {

constexpr std::uint32_t kMaxBacklog = 4096;  // net.core.somaxconn

bool is_full(const Transition& transition, const InetSocket& listener) {
    return listener.queued + (transition.has(Defect::kTcpBacklogOffByOne) ? 1U : 0U) >
           listener.backlog;
}

int listener_at(const World& world, std::uint8_t address) {
    for (int i = 0; i < kMaxInetSockets && address != 0; ++i) {
        const InetSocket& socket = world.inet_sockets[i];
        if (socket.open && !socket.datagram && socket.state == TcpState::kListening &&
            socket.address == address) {
            return i;
        }
    }
    return -1;
}

/// A connection that found a full queue is tried again after a second, which the model does not
/// follow: it matters as soon as the answer would be another one.
void expect_no_retry(Transition& transition, const InetSocket& listener) {
    for (const InetSocket& socket : transition.world.inet_sockets) {
        if (socket.used && !socket.datagram && socket.state == TcpState::kConnecting &&
            socket.destination == listener.address) {
            transition.give_up("a connection that was not answered may be tried again");
        }
    }
}

void append_to_queue(World& world, InetSocket& listener, int embryo) {
    std::int8_t* link = &listener.first;
    while (*link >= 0) {
        link = &world.inet_sockets[*link].next;
    }
    *link = static_cast<std::int8_t>(embryo);
    ++listener.queued;
}

/// The three packets that make a connection.
void establish(Transition& transition, int index, int server) {
    World& world = transition.world;
    const int embryo = new_socket(transition, false);
    if (embryo < 0) {
        return;
    }
    InetSocket& client = world.inet_sockets[index];
    InetSocket& listener = world.inet_sockets[server];
    InetSocket& accepted = world.inet_sockets[embryo];
    accepted.state = TcpState::kEstablished;
    accepted.call = CallState::kConnected;
    accepted.waits = true;
    accepted.has_port = true;
    accepted.address = listener.address;
    accepted.low_water = listener.low_water;
    accepted.resets_on_close = listener.resets_on_close;
    accepted.urgent_inline = listener.urgent_inline;
    accepted.shut = listener.shut;
    accepted.peer = static_cast<std::int8_t>(index);
    client.state = TcpState::kEstablished;
    client.peer = static_cast<std::int8_t>(embryo);
    if (!transition.has(Defect::kTcpConnectSilent)) {
        wake_socket(transition, index, 0, Rule::kD51);
    }
    append_to_queue(world, listener, embryo);
    if (!transition.has(Defect::kTcpQueueSilent) &&
        !(transition.has(Defect::kTcpQueueWakesIfEmpty) && listener.queued > 1)) {
        wake_socket(transition, server, event::kSocketReadKey, Rule::kD51);
    }
    if ((accepted.shut & kSendShut) != 0) {
        send_fin(transition, embryo);  // the listener shut its sending side before it listened
    }
}

/// Sends the first packet and takes the answer (tcp_v4_connect).
void start(Transition& transition, int index, std::uint8_t address) {
    World& world = transition.world;
    InetSocket& socket = world.inet_sockets[index];
    if (socket.has_port && address == socket.address) {
        transition.give_up("a socket that connects to itself");
        return;
    }
    take_address(world, socket);
    socket.error = 0;
    socket.finished = false;
    const int server = listener_at(world, address);
    if (server < 0) {
        const bool quiet = transition.has(Defect::kTcpRefusalWithoutError);
        socket.error = quiet ? 0 : error::kECONNREFUSED;
        finish(transition, index, Rule::kD51);
        if (!transition.has(Defect::kTcpRefusalSilent)) {
            wake_socket(transition, index, event::kErr, Rule::kD51);
        }
    } else if (is_full(transition, world.inet_sockets[server])) {
        socket.state = TcpState::kConnecting;
        socket.destination = address;
    } else {
        establish(transition, index, server);
    }
}

}  // namespace

Result listen(Transition& transition, int index, const Operation& operation) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (socket.call != CallState::kUnconnected ||
        (socket.state != TcpState::kClosed && socket.state != TcpState::kListening)) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if (socket.state == TcpState::kListening) {
        expect_no_retry(transition, socket);
    }
    const auto asked = static_cast<std::uint32_t>(operation.number);
    socket.backlog = asked > kMaxBacklog ? kMaxBacklog : asked;
    socket.state = TcpState::kListening;
    take_address(transition.world, socket);
    transition.decided_by(Rule::kD50);
    return Result::of_value(0);
}

Result connect(Transition& transition, int index, bool may_wait, const Operation& operation) {
    InetSocket& socket = transition.world.inet_sockets[index];
    if (names_nobody(operation)) {
        disconnect(transition, index);
        socket.call = CallState::kUnconnected;
        return Result::of_value(0);
    }
    int pending = error::kEALREADY;
    switch (socket.call) {
        case CallState::kDisconnecting:
            return transition.fail(error::kEINVAL, Rule::kNone);
        case CallState::kConnected:
            return transition.fail(error::kEISCONN, Rule::kNone);
        case CallState::kConnecting:
            break;
        case CallState::kUnconnected:
            if (socket.state != TcpState::kClosed) {
                return transition.fail(error::kEISCONN, Rule::kNone);
            }
            socket.call = CallState::kConnecting;
            pending = error::kEINPROGRESS;
            start(transition, index, address_of(transition, operation.other_fd, false));
            break;
    }
    if (!may_wait && (pending == error::kEINPROGRESS || socket.state == TcpState::kConnecting)) {
        return transition.fail(pending, Rule::kD51);
    }
    if (socket.state == TcpState::kConnecting) {
        return Result::blocked();
    }
    if (socket.state == TcpState::kClosed) {
        const int failure = consume_error(socket);
        disconnect(transition, index);
        socket.call = CallState::kUnconnected;
        return transition.fail(failure != 0 ? failure : error::kECONNABORTED, Rule::kD51);
    }
    socket.call = CallState::kConnected;
    return Result::of_value(0);
}

Result accept(Transition& transition, int index, bool may_wait, const Operation& operation) {
    World& world = transition.world;
    InetSocket& listener = world.inet_sockets[index];
    if (listener.state != TcpState::kListening) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    if (listener.first < 0) {
        return may_wait ? Result::blocked() : transition.fail(error::kEAGAIN, Rule::kD52);
    }
    expect_no_retry(transition, listener);
    const int accepted = listener.first;
    InetSocket& socket = world.inet_sockets[accepted];
    listener.first = socket.next;
    --listener.queued;
    socket.next = -1;
    socket.open = true;
    socket.waits = false;
    transition.decided_by(Rule::kD52);
    if (transition.has(Defect::kTcpAcceptWakes)) {
        wake_socket(transition, index, event::kSocketReadKey, Rule::kD52);
    }
    const int file = new_file(transition, FileKind::kInetSocket, accepted);
    world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

void stop_listening(Transition& transition, int index) {
    World& world = transition.world;
    InetSocket& listener = world.inet_sockets[index];
    expect_no_retry(transition, listener);
    while (listener.first >= 0) {
        const int embryo = listener.first;
        listener.first = world.inet_sockets[embryo].next;
        send_reset(transition, embryo);
        world.inet_sockets[embryo] = InetSocket{};
    }
    listener.queued = 0;
}

}  // namespace epollcheck::tcp
