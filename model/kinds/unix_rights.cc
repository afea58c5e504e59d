// Descriptors that travel through unix sockets (SCM_RIGHTS): the message holds a reference, so the
// file lives on while nobody has a descriptor for it (R-B42), and an epoll instance that travels
// keeps its items (R-B47).
//
// Source: unix(7); unix_attach_fds, unix_detach_fds, scm_recv, scm_destroy and the collector of
// net/unix/garbage.c, Linux 6.18.

#include <algorithm>

#include "model/eventpoll/interest_list.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/unix_internal.h"
#include "model/kinds/unix_socket.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace unix_socket {

bool receive_rights(Transition& transition, int index, const Operation& operation) {
    World& world = transition.world;
    SocketBuffer& buffer = world.buffers[index];
    const int file = buffer.rights;
    if (file < 0) {
        return false;
    }
    if (operation.kind == OperationKind::kRecvFd) {
        transition.received = file;
        ++world.files[file].references;  // held until the descriptor is there
    }
    if ((operation.flags & flag::kPeek) == 0 || transition.has(Defect::kPeekTakesDescriptor)) {
        buffer.rights = -1;
        --world.in_flight;
        drop_later(transition, file);
    }
    return true;
}

}  // namespace unix_socket

using namespace unix_socket;

namespace {

using SocketSet = std::uint32_t;  // bit: socket
static_assert(kMaxSockets <= 32);

/// What the queue of `socket` holds: sockets that travel and sockets that were not accepted yet.
SocketSet held_by(const World& world, const UnixSocket& socket) {
    SocketSet held = 0;
    for (int i = socket.first; i >= 0; i = world.buffers[i].next) {
        const SocketBuffer& buffer = world.buffers[i];
        if (buffer.rights >= 0 && world.files[buffer.rights].kind == FileKind::kSocket) {
            held |= SocketSet{1} << world.files[buffer.rights].object;
        }
        if (buffer.embryo >= 0) {
            held |= SocketSet{1} << buffer.embryo;
        }
    }
    return held;
}

SocketSet sockets_with_descriptors(const World& world) {
    SocketSet sockets = 0;
    for (int process = 0; process < kMaxProcesses; ++process) {
        if (world.table_of[process] < 0) {
            continue;
        }
        const SlotTable& table = world.tables[world.table_of[process]];
        for_each_member(table.open, [&](int slot) {
            const OpenFile& file = world.files[table.files[slot]];
            sockets |= file.kind == FileKind::kSocket ? SocketSet{1} << file.object : 0;
        });
    }
    return sockets;
}

/// The error of a message whose descriptor is not open, or -1. A sequenced packet looks at its
/// socket first (unix_seqpacket_sendmsg).
int refuse_descriptor(Transition& transition, int index, const Operation& operation) {
    if (file_of(transition, operation.other_fd) >= 0) {
        return -1;
    }
    UnixSocket& socket = transition.world.sockets[index];
    if (socket.type == SocketType::kSeqpacket) {
        if (const int pending = consume_error(transition, socket); pending != 0) {
            return pending;
        }
        if (socket.state != SocketState::kConnected) {
            return error::kENOTCONN;
        }
    }
    return error::kEBADF;
}

}  // namespace

namespace {

bool is_for_inet(Transition& transition, const Operation& operation) {
    const int file = open_file(transition, operation.fd);
    return file >= 0 && transition.world.files[file].kind == FileKind::kInetSocket;
}

}  // namespace

Result send_descriptor(Transition& transition, const Operation& operation) {
    if (is_for_inet(transition, operation)) {
        return transition.give_up("descriptors are sent through unix sockets only");
    }
    World& world = transition.world;
    ErrorList errors;
    const int index = socket_of(transition, operation, errors);
    if (index < 0) {
        return transition.fail(errors);
    }
    if (const int failure = refuse_descriptor(transition, index, operation); failure >= 0) {
        return transition.fail(failure, Rule::kNone);
    }
    const int file = file_of(transition, operation.other_fd);
    if (world.files[file].kind == FileKind::kRing) {
        return transition.give_up("whether rings may travel depends on the kernel");
    }
    const int receiver = world.sockets[index].peer;
    const Result result =
        send(transition, world.files[open_file(transition, operation.fd)], operation);
    if (result.kind == ResultKind::kValue && transition.gave_up() == nullptr) {
        world.buffers[world.sockets[receiver].last].rights = static_cast<std::int8_t>(file);
        ++world.files[file].references;
        ++world.in_flight;
        transition.decided_by(Rule::kB42);
    }
    return result;
}

Result receive_descriptor(Transition& transition, const Operation& operation) {
    if (is_for_inet(transition, operation)) {
        return transition.give_up("descriptors are sent through unix sockets only");
    }
    ErrorList errors;
    if (socket_of(transition, operation, errors) < 0) {
        return transition.fail(errors);
    }
    const OpenFile& socket = transition.world.files[open_file(transition, operation.fd)];
    const Result result = receive(transition, socket, operation);
    const int file = transition.received;
    if (file < 0) {
        return result;
    }
    transition.decided_by(Rule::kB47);
    const OpenFile& arrived = transition.world.files[file];
    if (arrived.kind == FileKind::kEpoll && transition.has(Defect::kTravelEmptiesInstance)) {
        for_each_member(transition.world.instances[arrived.object].items,
                        [&](int i) { remove_item(transition.world, i); });
    }
    const Result received = install(transition, file, (operation.flags & flag::kCloexec) != 0);
    drop_later(transition, file);
    return received;
}

bool has_garbage(const World& world) {
    SocketSet alive = sockets_with_descriptors(world);
    for (SocketSet before = 0; before != alive;) {
        before = alive;
        for_each_member(before, [&](int i) { alive |= held_by(world, world.sockets[i]); });
    }
    for (int i = 0; i < kMaxSockets; ++i) {
        const bool exists = world.sockets[i].used && !world.sockets[i].dead;
        if (exists && (alive >> i & 1U) == 0) {
            return true;
        }
    }
    return false;
}

}  // namespace epollcheck
