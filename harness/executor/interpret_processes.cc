// Operations that make, change and end the second process, act on whole descriptor tables, or
// compare descriptors.

#include <algorithm>
#include <cerrno>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/other_calls.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

Result Interpreter::nobody(const Operation& operation) {
    const bool assigns =
        operation.kind != OperationKind::kDup2 && operation.kind != OperationKind::kDup3;
    for (const std::int16_t bound : operation.bound) {
        if (assigns && bound != kNoHandle) {
            handles_[static_cast<std::size_t>(bound)] = -1;
        }
    }
    return Result::of_error(ESRCH);
}

Result Interpreter::fork(const Operation& operation) {
    if (second_->exists()) {
        return Result::of_error(EEXIST);
    }
    const bool shares_table = operation.flags != 0;
    second_->start(shares_table, table_.base(), has_signals_);
    if (second_->error()) {
        return fail(*second_->error());
    }
    table_.fork(shares_table);
    loopback_.keep_together(second_->id());
    return Result::of_value(0);
}

Result Interpreter::process_call(const Operation& operation) {
    if ((operation.flags & ~flag::kCloneFiles) != 0) {
        return fail({"clone and unshare take only CLONE_FILES in a program."});
    }
    switch (operation.kind) {
        case OperationKind::kFork:
        case OperationKind::kClone:
            return fork(operation);
        case OperationKind::kVforkClose:
            return plain(make<system_call::vfork_close>(number_of(operation.fd)));
        case OperationKind::kUnshare: {
            ring_thread_.end();
            const Outcome outcome = make<system_call::unshare>(abi::clone_flags(operation.flags));
            if (outcome == 0 && operation.flags != 0) {
                table_.unshare(process_);
                table_.act_as(process_);
            }
            return plain(outcome);
        }
        default:
            break;
    }
    if (process_ == 0) {
        return Result::of_error(EPERM);  // it is the harness
    }
    timer_.stop();  // an exec is not to be interrupted, and an exit has nobody to interrupt
    if (operation.kind == OperationKind::kExit) {
        second_->exit();
    } else {
        second_->execute_helper();
        table_.unshare(process_);
    }
    return Result::of_value(0);
}

Result Interpreter::close_range(const Operation& operation) {
    ring_thread_.end();
    const auto first = static_cast<unsigned>(number_of(operation.fd));
    const auto last = static_cast<unsigned>(number_of(operation.other_fd));
    const Outcome outcome = make<system_call::close_range>(
        first, last, static_cast<unsigned>(abi::close_range_flags(operation.flags)));
    if (outcome != 0) {
        return plain(outcome);
    }
    if ((operation.flags & flag::kRangeUnshare) != 0) {
        table_.unshare(process_);
        table_.act_as(process_);
    }
    if ((operation.flags & flag::kCloexec) == 0) {
        table_.closed_range(first, last);
    }
    return plain(outcome);
}

Result Interpreter::compare(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int other = number_of(operation.other_fd);
    if (operation.kind == OperationKind::kKcmpEpoll) {
        return plain(
            make<system_call::kcmp_epoll>(fd, other, static_cast<unsigned>(operation.number)));
    }
    if (operation.number != 0 && !second_->exists()) {
        return Result::of_error(ESRCH);
    }
    const int process = operation.number == 0 ? getpid() : second_->id();
    return plain(make<system_call::kcmp_file>(process, fd, other));
}

}  // namespace epollcheck
