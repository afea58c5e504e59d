// Operations that move data, and those that ask a file what else it can do.

#include <cerrno>
#include <cstring>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/other_calls.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// A call that sends `length` bytes. A blocking one that comes back with less was still waiting for
/// room when a tick ended it: what it moved until then depends on when that was.
template <class Call>
Interpreter::Outcome Interpreter::transfer_out(bool may_wait, std::uint32_t length, Call call) {
    return patiently(may_wait, [&] {
        const unsigned first_tick = CallTimer::ticks();
        const Outcome outcome = call();
        const bool cut_short =
            may_wait && outcome >= 0 && outcome < length && CallTimer::ticks() != first_tick;
        return cut_short ? system_call::kStillWaiting : outcome;
    });
}

Result Interpreter::read(const Operation& operation) {
    const int fd = number_of(operation.fd);
    std::uint64_t& number = memory_.arguments().number;
    number = 0;
    void* const good = operation.as_value ? static_cast<void*>(&number) : memory_.sink();
    void* const buffer = memory_.resolve(operation.pointer, good, operation.room);
    const std::size_t length = operation.as_value ? sizeof number : operation.length;
    const Outcome outcome = patiently(!table_.never_waits(fd),
                                      [&] { return make<system_call::read>(fd, buffer, length); });
    note_read(fd, outcome);
    const bool is_number =
        operation.as_value && operation.pointer == Pointer::kGood && outcome == sizeof number;
    return is_number ? Result::of_payload(number) : plain(outcome);
}

Result Interpreter::write(const Operation& operation) {
    const int fd = number_of(operation.fd);
    if (table_.is_terminal(fd) && operation.pointer == Pointer::kGood && !operation.as_value) {
        return write_letters(operation);
    }
    std::uint64_t& number = memory_.arguments().number;
    number = operation.value;
    void* const good = operation.as_value ? static_cast<void*>(&number) : memory_.zeros();
    const void* const buffer = memory_.resolve(operation.pointer, good, operation.room);
    const std::uint32_t length = operation.as_value ? sizeof number : operation.length;
    return plain(transfer_out(!table_.never_waits(fd), length,
                              [&] { return make<system_call::write>(fd, buffer, length); }));
}

Result Interpreter::send(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int flags = abi::message_flags(operation.flags);
    const bool may_wait = !table_.never_waits(fd) && (operation.flags & flag::kDontWait) == 0;
    return plain(transfer_out(may_wait, operation.length, [&] {
        return make<system_call::send>(fd, memory_.zeros(), operation.length, flags);
    }));
}

Result Interpreter::receive(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int flags = abi::message_flags(operation.flags);
    const bool may_wait = !table_.never_waits(fd) && (operation.flags & flag::kDontWait) == 0;
    const auto call = [&](int more_flags) {
        return make<system_call::recv>(fd, memory_.sink(), operation.length, flags | more_flags);
    };
    return plain(patiently(may_wait, [&] {
        const unsigned first_tick = CallTimer::ticks();
        const Outcome outcome = call(0);
        // TCP waits even for no bytes, and forgets that it was interrupted.
        const bool may_have_waited =
            may_wait && outcome == 0 && operation.length == 0 && CallTimer::ticks() != first_tick;
        return may_have_waited && call(abi::message_flags(flag::kDontWait)) == -EAGAIN
                   ? system_call::kStillWaiting
                   : outcome;
    }));
}

Result Interpreter::inspect(const Operation& operation) {
    const int fd = number_of(operation.fd);
    switch (operation.kind) {
        case OperationKind::kLseek:
            return plain(make<system_call::lseek_current>(fd));
        case OperationKind::kPread:
            return plain(make<system_call::pread_byte>(fd, memory_.sink()));
        case OperationKind::kMmap:
            return plain(make<system_call::map_and_unmap>(fd, memory_.page_bytes()));
        case OperationKind::kFsync:
            return plain(make<system_call::fsync>(fd));
        case OperationKind::kFstat:
            return plain(make<system_call::fstat_mode>(fd));
        case OperationKind::kReadlink:
            return plain(make<system_call::is_named_eventpoll>(fd));
        case OperationKind::kFallocate:
            return plain(make<system_call::fallocate_byte>(fd));
        default:
            return plain(make<system_call::ftruncate>(fd));
    }
}

}  // namespace epollcheck
