// Internet sockets in a program: how they are made, and that no operation ends before what it sent
// has arrived (see loopback.h).

#include <sys/socket.h>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

using Network = DescriptorTable::Network;

bool Interpreter::is_inet(const Descriptor& descriptor) const {
    return table_.network(number_of(descriptor)) != Network::kNone;
}

/// True if the operation may put packets on the network. Asked before it runs, because a descriptor
/// that is closed is known no longer.
bool Interpreter::may_send_packets(const Operation& operation) const {
    if (!(is_of_thread_ ? has_network_ : loopback_.is_entered())) {
        return false;
    }
    switch (operation.kind) {
        case OperationKind::kDup2:
        case OperationKind::kDup3:
            return is_inet(operation.other_fd);
        case OperationKind::kClose:
        case OperationKind::kCloseRange:
        case OperationKind::kExec:
        case OperationKind::kExit:
            return true;  // of a socket that holds others in flight, or of many
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kRecv:
        case OperationKind::kSend:
        case OperationKind::kConnect:
        case OperationKind::kAccept4:
        case OperationKind::kShutdown:
        case OperationKind::kSetsockopt:
        case OperationKind::kFill:
        case OperationKind::kDrain:
            return is_inet(operation.fd);
        default:
            return false;
    }
}

/// False if there are no TCP sockets.
bool Interpreter::make_connections_prompt() {
    bool any = false;
    connections_.clear();
    for_each_process([&] {
        table_.for_each_of(Network::kTcp, [&](int fd) {
            make<Loopback::make_prompt>(fd);
            make<Loopback::be_acknowledged>(fd);
            any = true;
            if (process_ == 0) {
                connections_.push_back(fd);
            }
        });
    });
    return any;
}

void Interpreter::let_packets_arrive() {
    timer_.stop();  // a tick would cut a wait short
    bool arrived = loopback_.arrive();
    if (make_connections_prompt()) {
        arrived = loopback_.arrive() && loopback_.come_to_rest(connections_) && arrived;
    }
    if (!arrived) {
        fail(
            {"packets on the loopback device do not arrive. Check that the device lo is up and "
             "that no filter drops UDP packets from 127.0.0.1 to itself."});
    }
}

Result Interpreter::create_inet(const Operation& operation) {
    loopback_.enter();
    if (second_->exists()) {
        loopback_.keep_together(second_->id());
    }
    const Outcome outcome = make<system_call::socket>(AF_INET, abi::socket_type(operation.flags));
    const Result result =
        bind_handles(operation, outcome, (operation.flags & flag::kNonblock) != 0);
    if (result.kind == ResultKind::kDescriptor) {
        const int fd = static_cast<int>(outcome);
        const bool datagram = (operation.flags & flag::kDatagram) != 0;
        table_.set_network(fd, datagram ? Network::kUdp : Network::kTcp);
        if (!datagram) {
            make<Loopback::make_prompt>(fd);
        }
    }
    return result;
}

Result Interpreter::accept_inet(const Operation& operation) {
    const Outcome outcome = accept(operation);
    const Result result =
        bind_handles(operation, outcome, (operation.flags & flag::kNonblock) != 0);
    if (result.kind == ResultKind::kDescriptor) {
        table_.set_network(static_cast<int>(outcome), Network::kTcp);
    }
    return result;
}

/// Sends or receives until the socket says no twice, and between the two everything has arrived.
Result Interpreter::move_all(const Operation& operation) {
    constexpr std::size_t kPiece = 65536;
    constexpr int kMostPieces = 4096;  // 256 MiB: no buffer is that large
    const int fd = number_of(operation.fd);
    const bool fills = operation.kind == OperationKind::kFill;
    if (table_.network(fd) != Network::kTcp) {
        return plain(
            make<system_call::shutdown>(fd, -1));  // the error that any call on it would give
    }
    bool refused_before = false;
    for (int i = 0; i < kMostPieces; ++i) {
        const Outcome outcome =
            fills ? make<system_call::send>(fd, memory_.zeros(), kPiece, MSG_DONTWAIT)
                  : make<system_call::recv>(fd, memory_.sink(), kPiece, MSG_DONTWAIT);
        const bool refused = outcome == -EAGAIN;
        if (outcome <= 0 && (!refused || refused_before)) {
            return plain(outcome);
        }
        if (refused) {
            let_packets_arrive();
        }
        refused_before = refused;
    }
    return fail({"a TCP connection takes or gives more than 256 MiB."});
}

}  // namespace epollcheck
