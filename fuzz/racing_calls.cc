// Racing calls. See racing_calls.h.

#include "fuzz/racing_calls.h"

#include <algorithm>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

constexpr int kMostCallsOfThread = 5;
constexpr int kMostEndlessWaits = 3;
constexpr std::int64_t kMostNanoseconds = 50'000;  // of a wait

}  // namespace

bool ThreadFiles::is_readable(const Descriptor& fd) const {
    const HandleKind kind = kinds.of(fd);
    return kind != HandleKind::kUnbound && kind != HandleKind::kEpoll && !is_writing_end(fd);
}

void ThreadFiles::arm(Operation& operation) {
    EventMask events = operation.flags & (event::kIn | event::kOut | event::kEdge |
                                          event::kOneshot | event::kExclusive);
    if ((events & (event::kIn | event::kOut)) == 0) {
        events |= event::kIn;
    }
    if ((events & event::kOneshot) != 0 || operation.number != kCtlAdd) {
        events &= ~event::kExclusive;
    }
    operation.pointer = Pointer::kGood;
    operation.flags = events;
    operation.value = ++armings;
}

bool RacingCalls::admits(Operation& operation) {
    operation.thread = static_cast<std::uint8_t>(operation.thread % kMostRacingThreads);
    operation.process = 0;
    Thread& thread = threads_[operation.thread];
    if (thread.calls >= kMostCallsOfThread || is_closed(operation.fd) ||
        is_closed(operation.other_fd) || !bound(operation)) {
        return false;
    }
    ++thread.calls;
    const bool sleeps = operation.kind == Kind::kEpollWait && operation.timeout_ms < 0;
    thread.sleeps_on = sleeps ? operation.fd.handle : kNoHandle;
    use(operation.fd, operation.thread);
    use(operation.other_fd, operation.thread);
    return true;
}

void RacingCalls::use(const Descriptor& fd, std::uint8_t thread) {
    if (fd.handle >= 0) {
        users_[static_cast<std::size_t>(fd.handle)] |= 1U << thread;
    }
}

bool RacingCalls::bound(Operation& operation) {
    switch (operation.kind) {
        case Kind::kEpollWait:
        case Kind::kEpollPwait2:
            return bound_wait(operation);
        case Kind::kEpollCtl:
            return bound_control(operation);
        case Kind::kRead:
        case Kind::kWrite:
            return bound_transfer(operation);
        case Kind::kPoll:
            operation.flags = event::kIn | event::kOut;
            return files_.is_readable(operation.fd);
        case Kind::kAwait:
            return bound_await(operation);
        case Kind::kInterrupt:
            return bound_interrupt(operation);
        case Kind::kClose:
            return bound_close(operation);
        default:
            return false;
    }
}

bool RacingCalls::bound_wait(Operation& operation) {
    if (files_.kinds.of(operation.fd) != HandleKind::kEpoll) {
        return false;
    }
    operation.number = operation.number == 1 ? 1 : 8;
    operation.arriving = 0;
    operation.pointer = Pointer::kGood;
    operation.room = 0;
    operation.room_bytes = 0;
    if (operation.kind == Kind::kEpollPwait2) {
        operation.timeout_pointer = Pointer::kGood;
        operation.mask_pointer = Pointer::kNull;
        operation.signals = 0;
        operation.signal_set_size = 8;
        operation.timeout_seconds = 0;
        operation.timeout_nanoseconds =
            std::clamp<std::int64_t>(operation.timeout_nanoseconds, 0, kMostNanoseconds);
        return true;
    }
    operation.timeout_ms = operation.timeout_ms < 0 && endless_++ < kMostEndlessWaits ? -1 : 0;
    return true;
}

bool RacingCalls::bound_control(Operation& operation) {
    if (files_.kinds.of(operation.fd) != HandleKind::kEpoll ||
        !files_.is_readable(operation.other_fd)) {
        return false;
    }
    if (operation.number != kCtlDel) {
        operation.number = operation.number == kCtlMod ? kCtlMod : kCtlAdd;
        files_.arm(operation);
        return true;
    }
    operation.pointer = Pointer::kNull;
    operation.flags = 0;
    operation.value = 0;
    return true;
}

bool RacingCalls::bound_transfer(Operation& operation) {
    Thread& thread = threads_[operation.thread];
    const HandleKind kind = files_.kinds.of(operation.fd);
    const bool writes = operation.kind == Kind::kWrite;
    const bool is_count = kind == HandleKind::kEventfd;
    const bool has_end = files_.is_writing_end(operation.fd)
                             ? writes
                             : files_.is_readable(operation.fd) && (!writes || is_count);
    if (!has_end || thread.is_interrupted) {
        return false;
    }
    thread.transfers = true;
    operation.pointer = Pointer::kGood;
    operation.as_value = is_count;
    operation.value = is_count && writes ? 1 : 0;
    const std::uint32_t most = writes || kind != HandleKind::kStream ? 3 : 1;  // one buffer
    operation.length = is_count ? 0 : std::clamp<std::uint32_t>(operation.length, 1, most);
    return true;
}

/// Who is awaited awaits nobody, and the other way round.
bool RacingCalls::bound_await(Operation& operation) {
    operation.number = static_cast<std::int32_t>(static_cast<std::uint32_t>(operation.number) %
                                                 kMostRacingThreads);
    const Thread& awaited = threads_[static_cast<std::size_t>(operation.number)];
    const bool is_awaited = std::ranges::any_of(threads_, [&](const Thread& thread) {
        return (thread.awaited >> operation.thread & 1) != 0;
    });
    if (operation.number == operation.thread || is_awaited || awaited.awaited != 0) {
        return false;
    }
    threads_[operation.thread].awaited |= 1U << operation.number;
    return true;
}

bool RacingCalls::bound_interrupt(Operation& operation) {
    operation.number = static_cast<std::int32_t>(static_cast<std::uint32_t>(operation.number) %
                                                 kMostRacingThreads);
    Thread& thread = threads_[static_cast<std::size_t>(operation.number)];
    if (operation.number == operation.thread || thread.transfers || thread.is_interrupted) {
        return false;
    }
    thread.is_interrupted = true;
    return true;
}

bool RacingCalls::bound_close(const Operation& operation) {
    if (operation.fd.handle < 0 || files_.kinds.of(operation.fd) == HandleKind::kUnbound) {
        return false;
    }
    const auto handle = static_cast<std::size_t>(operation.fd.handle);
    const Threads awaited = threads_[operation.thread].awaited;
    for (std::size_t user = 0; user < threads_.size(); ++user) {
        const bool sleeps =
            threads_[user].sleeps_on == operation.fd.handle && (awaited >> user & 1) != 0;
        if (user != operation.thread && (users_[handle] >> user & 1) != 0 && !sleeps) {
            return false;
        }
    }
    closed_[handle] = true;
    return true;
}

}  // namespace epollcheck
