// The part of the generator that draws internet sockets: UDP sockets that know each other, TCP
// connections with their listener, and the calls on them.

#include "harness/program/generator.h"
#include "harness/program/generator_weights.h"

namespace epollcheck {

namespace weights = generator_weights;

namespace {

template <class T, std::size_t N>
const T& draw(Random& random, const T (&values)[N]) {
    return values[random.below(N)];
}

OperationKind draw_kind(Random& random) {
    std::uint32_t total = 0;
    for (const auto& entry : weights::kInetKinds) {
        total += entry.weight;
    }
    std::uint32_t point = random.below(total);
    for (const auto& entry : weights::kInetKinds) {
        if (point < entry.weight) {
            return entry.kind;
        }
        point -= entry.weight;
    }
    return OperationKind::kSend;
}

}  // namespace

Operation& Generator::create_inet(Kind kind) {
    uses_inet_ = true;
    Operation& operation = add(OperationKind::kSocket);
    operation.number = static_cast<std::int32_t>(Domain::kInet);
    // A blocking socket now and then; a call on it that waits costs the patience of the executor.
    operation.flags = (kind == Kind::kUdp ? flag::kDatagram : flag::kStream) |
                      (random_.chance(99) ? flag::kNonblock : 0);
    operation.bound[0] = bind(kind);
    return operation;
}

void Generator::register_perhaps(std::int16_t handle) {
    if (!random_.chance(70)) {
        return;
    }
    Operation& registration = add(OperationKind::kEpollCtl);
    registration.fd = one_of(Kind::kEpoll, Kind::kEpoll);
    registration.other_fd = {handle, -1};
    registration.number = kCtlAdd;
    registration.flags = interest();
    registration.value = random_.below(8);
}

/// A bound socket and one or two others that are connected to it.
void Generator::open_datagram_sockets() {
    const std::int16_t server = create_inet(Kind::kUdp).bound[0];
    add(OperationKind::kBind).fd = {server, -1};
    register_perhaps(server);
    for (std::uint32_t i = 0; i <= random_.below(2); ++i) {
        const std::int16_t client = create_inet(Kind::kUdp).bound[0];
        Operation& connection = add(OperationKind::kConnect);
        connection.fd = {client, -1};
        connection.other_fd = {server, -1};
        register_perhaps(client);
    }
}

/// A listener and a connection to it, mostly accepted.
void Generator::open_connection() {
    const std::int16_t listener = create_inet(Kind::kTcp).bound[0];
    add(OperationKind::kBind).fd = {listener, -1};
    Operation& listening = add(OperationKind::kListen);
    listening.fd = {listener, -1};
    listening.number = draw(random_, weights::kBacklogs);
    if (random_.chance(30)) {
        register_perhaps(listener);
    }
    const std::int16_t client = create_inet(Kind::kTcp).bound[0];
    Operation& connection = add(OperationKind::kConnect);
    connection.fd = {client, -1};
    connection.other_fd = {listener, -1};
    register_perhaps(client);
    if (random_.chance(90)) {
        Operation& acceptance = add(OperationKind::kAccept4);
        acceptance.fd = {listener, -1};
        acceptance.flags = flag::kNonblock;
        acceptance.bound[0] = bind(Kind::kTcp);
        register_perhaps(acceptance.bound[0]);
    }
}

void Generator::draw_inet_call() {
    const OperationKind kind = draw_kind(random_);
    const Descriptor fd = one_of(Kind::kUdp, Kind::kTcp);
    const bool moves_all = kind == OperationKind::kFill || kind == OperationKind::kDrain;
    const bool is_tcp = fd.handle >= 0 && kinds_[fd.handle] == Kind::kTcp;
    Operation& operation = add(moves_all && !is_tcp ? OperationKind::kSend : kind);
    operation.fd = fd;
    fill_inet_call(operation, fd.handle >= 0 ? kinds_[fd.handle] : Kind::kOther);
}

void Generator::fill_inet_call(Operation& operation, Kind kind) {
    switch (operation.kind) {
        case OperationKind::kEpollCtl: {
            const Descriptor target = operation.fd;
            fill_control(operation);
            operation.other_fd = target;
            break;
        }
        case OperationKind::kSend:
        case OperationKind::kRecv:
            operation.flags |= random_.chance(15) ? flag::kOutOfBand : 0;
            operation.flags |=
                operation.kind == OperationKind::kRecv && random_.chance(20) ? flag::kPeek : 0;
            operation.length = draw(random_, weights::kInetLengths);
            break;
        case OperationKind::kRead:
        case OperationKind::kWrite:
            operation.pointer =
                random_.chance(weights::kBadPointerPercent) ? Pointer::kBad : Pointer::kGood;
            operation.length = draw(random_, weights::kInetLengths);
            break;
        case OperationKind::kShutdown:
            operation.flags = random_.below(3);
            break;
        case OperationKind::kConnect:
            operation.other_fd = random_.chance(10) ? Descriptor{} : one_of(kind, kind);
            break;
        case OperationKind::kAccept4:
            operation.flags = flag::kNonblock;
            operation.bound[0] = bind(Kind::kTcp);
            break;
        case OperationKind::kListen:
            operation.number = draw(random_, weights::kBacklogs);
            break;
        case OperationKind::kSetsockopt:
            operation.number = static_cast<std::int32_t>(random_.below(4));
            operation.value = draw(random_, weights::kOptionValues);
            break;
        default:
            break;
    }
}

}  // namespace epollcheck
