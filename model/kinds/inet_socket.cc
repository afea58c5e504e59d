// Internet sockets, the common part. See inet_socket.h.

#include "model/kinds/inet_socket.h"

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/inet_internal.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace inet {

int new_socket(Transition& transition, bool datagram) {
    World& world = transition.world;
    for (int i = 0; i < kMaxInetSockets; ++i) {
        if (!world.inet_sockets[i].used) {
            world.inet_sockets[i] = InetSocket{};
            world.inet_sockets[i].used = true;
            world.has_company = true;
            world.inet_sockets[i].datagram = datagram;
            return i;
        }
    }
    transition.give_up("more internet sockets than the model has room for");
    return -1;
}

void wake_socket(Transition& transition, int socket, EventMask key, Rule rule) {
    wake(transition, transition.world.inet_sockets[socket].waiters, 0, key, rule);
}

int consume_error(InetSocket& socket) {
    const int pending = socket.error;
    socket.error = 0;
    return pending;
}

void take_address(World& world, InetSocket& socket) {
    if (!socket.has_port) {
        socket.has_port = true;
        socket.address = world.next_address++;
    }
}

bool names_nobody(const Operation& operation) {
    return operation.other_fd.handle < 0 && operation.other_fd.number == -1;
}

std::uint8_t address_of(Transition& transition, const Descriptor& descriptor, bool datagram) {
    const int file = open_file(transition, descriptor);
    if (file < 0 || transition.world.files[file].kind != FileKind::kInetSocket) {
        return 0;
    }
    const InetSocket& socket = transition.world.inet_sockets[transition.world.files[file].object];
    return socket.datagram == datagram ? socket.address : std::uint8_t{0};
}

MaskRange widen(const InetSocket& socket, EventMask exact) {
    const bool connected = socket.datagram || socket.state == TcpState::kEstablished;
    MaskRange range{exact & (event::kIn | event::kPri | event::kErr), exact};
    if (connected && socket.shut == 0 && socket.error == 0) {
        range.surely |= exact & event::kOut;
    }
    if (socket.state != TcpState::kListening) {
        range.possibly |= event::kSocketWritable;
    }
    return range;
}

}  // namespace inet

using namespace inet;

namespace {

bool is_about_sockets(OperationKind kind) {
    switch (kind) {
        case OperationKind::kBind:
        case OperationKind::kListen:
        case OperationKind::kConnect:
        case OperationKind::kAccept4:
        case OperationKind::kShutdown:
        case OperationKind::kGetsockopt:
        case OperationKind::kSetsockopt:
            return true;
        default:
            return false;
    }
}

Result bind(Transition& transition, InetSocket& socket) {
    if (socket.state != TcpState::kClosed || socket.has_port) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    take_address(transition.world, socket);
    return Result::of_value(0);
}

Result accept_on(Transition& transition, int index, bool may_wait, const Operation& operation) {
    if ((operation.flags & ~(flag::kNonblock | flag::kCloexec)) != 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    return transition.world.inet_sockets[index].datagram
               ? transition.fail(error::kEOPNOTSUPP, Rule::kNone)
               : tcp::accept(transition, index, may_wait, operation);
}

Result set_datagram_option(Transition& transition, int index, SocketOption option) {
    if (option == SocketOption::kSendBuffer && !transition.has(Defect::kUdpBufferOptionSilent)) {
        wake_socket(transition, index, event::kSocketWritable, Rule::kD67a);
    }
    return Result::of_value(0);
}

Result set_option(Transition& transition, int index, const Operation& operation) {
    constexpr std::uint64_t kLargestValue = 1U << 20;
    if (operation.value > kLargestValue) {
        return transition.give_up("the value of a socket option is too large for the model");
    }
    return transition.world.inet_sockets[index].datagram
               ? set_datagram_option(transition, index, static_cast<SocketOption>(operation.number))
               : tcp::set_option(transition, index, operation);
}

Result shut_down_inet(Transition& transition, int index, const Operation& operation) {
    if (operation.flags > kShutBoth) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const auto halves = static_cast<std::uint8_t>(operation.flags + 1);  // SHUT_RDWR is both bits
    return transition.world.inet_sockets[index].datagram
               ? udp::shut_down(transition, index, halves)
               : tcp::shut_down(transition, index, halves);
}

bool may_wait_for(const OpenFile& file, const Operation& operation) {
    return !file.nonblocking && (operation.flags & flag::kDontWait) == 0;
}

}  // namespace

MaskRange inet_mask(Transition& transition, int index) {
    const InetSocket& socket = transition.world.inet_sockets[index];
    const EventMask exact =
        socket.datagram ? udp::mask(transition, socket) : tcp::mask(transition, index);
    return transition.contract() ? widen(socket, exact) : MaskRange::exactly(exact);
}

Result create_inet_socket(Transition& transition, const Operation& operation) {
    if (!transition.settings.calibration->has_loopback) {
        return transition.give_up("the target has no loopback network");
    }
    const std::uint32_t type = operation.flags & ~(flag::kNonblock | flag::kCloexec);
    if (type == flag::kSeqpacket) {
        return transition.fail(error::kESOCKTNOSUPPORT, Rule::kNone);
    }
    if (type != flag::kStream && type != flag::kDatagram) {
        return transition.give_up("a socket type that is none, or several");
    }
    const int socket = new_socket(transition, type == flag::kDatagram);
    if (socket < 0) {
        return Result::of_value(0);
    }
    transition.world.inet_sockets[socket].open = true;
    const int file = new_file(transition, FileKind::kInetSocket, socket);
    transition.world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

bool is_inet_call(Transition& transition, const Operation& operation) {
    if (!is_about_sockets(operation.kind)) {
        return false;
    }
    const int file = open_file(transition, operation.fd);
    return file >= 0 && transition.world.files[file].kind == FileKind::kInetSocket;
}

Result call_on_inet_socket(Transition& transition, const Operation& operation) {
    const OpenFile& file = transition.world.files[open_file(transition, operation.fd)];
    const int index = file.object;
    const bool may_wait = !file.nonblocking;
    InetSocket& socket = transition.world.inet_sockets[index];
    switch (operation.kind) {
        case OperationKind::kBind:
            return bind(transition, socket);
        case OperationKind::kListen:
            return socket.datagram ? transition.fail(error::kEOPNOTSUPP, Rule::kNone)
                                   : tcp::listen(transition, index, operation);
        case OperationKind::kConnect:
            return socket.datagram ? udp::connect(transition, index, operation)
                                   : tcp::connect(transition, index, may_wait, operation);
        case OperationKind::kAccept4:
            return accept_on(transition, index, may_wait, operation);
        case OperationKind::kShutdown:
            return shut_down_inet(transition, index, operation);
        case OperationKind::kGetsockopt:
            return Result::of_payload(static_cast<std::uint64_t>(consume_error(socket)));
        default:
            return set_option(transition, index, operation);
    }
}

Result refuse_option(Transition& transition, const Operation& operation) {
    const int file = open_file(transition, operation.fd);
    if (file < 0) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    return transition.world.files[file].kind == FileKind::kSocket
               ? transition.give_up("socket options are modelled on internet sockets only")
               : transition.fail(error::kENOTSOCK, Rule::kNone);
}

Result receive_inet(Transition& transition, const OpenFile& file, const Operation& operation) {
    const bool may_wait = may_wait_for(file, operation);
    return transition.world.inet_sockets[file.object].datagram
               ? udp::receive(transition, file.object, may_wait, operation)
               : tcp::receive(transition, file.object, may_wait, operation);
}

Result send_inet(Transition& transition, const OpenFile& file, const Operation& operation) {
    return transition.world.inet_sockets[file.object].datagram
               ? udp::send(transition, file.object, operation)
               : tcp::send(transition, file.object, may_wait_for(file, operation), operation);
}

Result move_all(Transition& transition, const Operation& operation) {
    const int file = open_file(transition, operation.fd);
    if (file < 0) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    const OpenFile& target = transition.world.files[file];
    if (target.kind != FileKind::kInetSocket) {
        return target.kind == FileKind::kSocket
                   ? transition.give_up("only TCP connections are filled and drained")
                   : transition.fail(error::kENOTSOCK, Rule::kNone);
    }
    if (transition.world.inet_sockets[target.object].datagram) {
        return transition.give_up("only TCP connections are filled and drained");
    }
    return operation.kind == OperationKind::kFill ? tcp::fill(transition, target.object)
                                                  : tcp::drain(transition, target.object);
}

void release_inet_socket(Transition& transition, int index) {
    InetSocket& socket = transition.world.inet_sockets[index];
    socket.waiters = WaitQueue{};
    if (socket.datagram) {
        socket = InetSocket{};
    } else {
        tcp::release(transition, index);
    }
}

}  // namespace epollcheck
