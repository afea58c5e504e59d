// The interpreter of a thread, and what threads leave in the bookkeeping of their program.
//
// A thread has an interpreter of its own, with memory of its own, so that no call of one can
// disturb the arguments of another. It begins with the handles and descriptors that the program has
// when its threads set off. What they closed and duplicated is noted afterwards. One of them may
// speak for the second process, which sees the memory of that thread, too.

#include <cerrno>

#include "harness/executor/interpreter.h"
#include "harness/executor/wait_duration.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

void Interpreter::act_for(const Interpreter& other) {
    is_of_thread_ = true;
    error_.reset();
    handles_ = other.handles_;
    table_ = other.table_;
    second_ = other.second_;
    has_network_ = other.loopback_.is_entered();
    owes_arrival_ = false;
}

Result Interpreter::call(const Operation& operation) {
    event_count_ = 0;
    table_.act_as(operation.process);
    owes_arrival_ = may_send_packets(operation);
    return execute_in_process(operation);
}

bool Interpreter::never_waits(const Operation& operation) const {
    switch (operation.kind) {
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
            return wait_duration(operation) == WaitDuration::kNone;
        case OperationKind::kIoUringWait:
            return false;
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kSend:
        case OperationKind::kRecv:
        case OperationKind::kSendFd:
        case OperationKind::kWriteLine:
            return table_.never_waits(number_of(operation.fd));
        default:
            return operation.kind != OperationKind::kAwait;
    }
}

void Interpreter::note_call(const Operation& operation, const Result& result) {
    had_threads_ = true;
    table_.act_as(operation.process);
    const int number = number_of(operation.fd);
    switch (operation.kind) {
        case OperationKind::kClose:
            if (result.kind != ResultKind::kError || result.value != EBADF) {
                table_.closed(number);
            }
            break;
        case OperationKind::kDup2:
            if (result.kind == ResultKind::kDescriptor) {
                table_.duplicated(number, number_of(operation.other_fd));
            }
            break;
        case OperationKind::kFcntl:
            if (operation.number == static_cast<std::int32_t>(FcntlCommand::kSetFl) &&
                result.kind == ResultKind::kValue) {
                table_.set_never_waits(number, (operation.value & flag::kNonblock) != 0);
            }
            break;
        case OperationKind::kTimerfdSettime:
            if (result.kind == ResultKind::kValue) {
                expect_expiry(operation);
            }
            break;
        case OperationKind::kRead:
            note_read(number, result.kind == ResultKind::kPayload ? 8
                              : result.kind == ResultKind::kError ? -result.value
                                                                  : result.value);
            break;
        default:
            break;
    }
}

}  // namespace epollcheck
