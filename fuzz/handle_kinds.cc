// Handle kinds. See handle_kinds.h.

#include "fuzz/handle_kinds.h"

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

HandleKind socket_kind(const Operation& operation) {
    const bool is_datagram = (operation.flags & flag::kDatagram) != 0;
    if (operation.number == static_cast<std::int32_t>(Domain::kInet)) {
        return is_datagram ? HandleKind::kUdp : HandleKind::kTcp;
    }
    return is_datagram                                 ? HandleKind::kDatagram
           : (operation.flags & flag::kSeqpacket) != 0 ? HandleKind::kSeqpacket
                                                       : HandleKind::kStream;
}

/// The kind of what `operation` binds, where that does not depend on another handle.
HandleKind made_kind(const Operation& operation) {
    switch (operation.kind) {
        case Kind::kEpollCreate:
        case Kind::kEpollCreate1:
            return HandleKind::kEpoll;
        case Kind::kPipe2:
            return HandleKind::kPipeRead;
        case Kind::kOpen:
            return operation.number <= static_cast<std::int32_t>(Path::kFifo2) ? HandleKind::kFifo
                                                                               : HandleKind::kOther;
        case Kind::kEventfd:
            return HandleKind::kEventfd;
        case Kind::kSocket:
        case Kind::kSocketpair:
            return socket_kind(operation);
        case Kind::kTimerfdCreate:
            return HandleKind::kTimerfd;
        case Kind::kSignalfd:
            return HandleKind::kSignalfd;
        case Kind::kInotifyInit1:
            return HandleKind::kInotify;
        case Kind::kSpawn:
            return HandleKind::kPidfd;
        case Kind::kOpenpty:
        case Kind::kOpenSlave:
            return HandleKind::kTerminal;
        default:
            return HandleKind::kOther;
    }
}

}  // namespace

void HandleKinds::follow(const Operation& operation) {
    if (operation.bound[0] < 0 || operation.bound[0] >= kMostLawfulHandles) {
        return;
    }
    HandleKind kind = made_kind(operation);
    switch (operation.kind) {
        case Kind::kDup:
        case Kind::kDup2:
        case Kind::kDup3:
        case Kind::kAccept4:
            kind = of(operation.fd);
            break;
        default:
            break;
    }
    if (kind == HandleKind::kUnbound) {
        kind = HandleKind::kOther;  // of a number that is none
    }
    kinds_[static_cast<std::size_t>(operation.bound[0])] = kind;
    if (operation.bound[1] >= 0 && operation.bound[1] < kMostLawfulHandles) {
        const bool is_pipe = operation.kind == Kind::kPipe2;
        kinds_[static_cast<std::size_t>(operation.bound[1])] =
            is_pipe ? HandleKind::kPipeWrite : kind;
    }
}

}  // namespace epollcheck
