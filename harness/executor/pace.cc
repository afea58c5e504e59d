// Pace. See pace.h.

#include "harness/executor/pace.h"

#include <algorithm>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

/// True if all that `operation` brings about is there when it returns. What is not known to be so
/// is not listed.
bool acts_at_once(const Operation& operation) {
    if (operation.arriving != 0 || operation.thread != 0 || operation.process != 0) {
        return false;
    }
    switch (operation.kind) {
        case OperationKind::kEpollCreate:
        case OperationKind::kEpollCreate1:
        case OperationKind::kEpollCtl:
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kPoll:
        case OperationKind::kPpoll:
        case OperationKind::kSelect:
        case OperationKind::kPselect:
        case OperationKind::kFdinfo:
        case OperationKind::kClose:
        case OperationKind::kDup:
        case OperationKind::kDup2:
        case OperationKind::kDup3:
        case OperationKind::kFcntl:
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kPipe2:
        case OperationKind::kMemfdCreate:
        case OperationKind::kEventfd:
        case OperationKind::kBind:
        case OperationKind::kListen:
        case OperationKind::kConnect:
        case OperationKind::kAccept4:
        case OperationKind::kSend:
        case OperationKind::kRecv:
        case OperationKind::kShutdown:
        case OperationKind::kGetsockopt:
        case OperationKind::kSendFd:
        case OperationKind::kRecvFd:
            return true;
        case OperationKind::kOpen:
            return operation.number == static_cast<std::int32_t>(Path::kFifo) ||
                   operation.number == static_cast<std::int32_t>(Path::kFifo2);
        case OperationKind::kSocket:
        case OperationKind::kSocketpair:
            return operation.number != static_cast<std::int32_t>(Domain::kInet);
        default:
            return is_about_rings(operation.kind);
    }
}

}  // namespace

Pace pace_of(std::span<const Operation> operations) {
    return std::ranges::all_of(operations, acts_at_once) ? Pace::kBrisk : Pace::kPatient;
}

}  // namespace epollcheck
