// The epoll calls of a program, and the other look at an instance: fdinfo.

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "harness/executor/fdinfo.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/wait_duration.h"
#include "harness/executor/way_to_call.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

std::int64_t timeout_of(const Operation& operation) {
    constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
    constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
    return operation.kind == OperationKind::kEpollPwait2
               ? operation.timeout_seconds * kNanosecondsPerSecond + operation.timeout_nanoseconds
               : operation.timeout_ms * kNanosecondsPerMillisecond;
}

std::int64_t monotonic_now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Result Interpreter::control(const Operation& operation) {
    epoll_event& event = memory_.arguments().event;
    event.events = operation.flags;
    event.data.u64 = operation.value;
    const int epfd = number_of(operation.fd);
    const int fd = number_of(operation.other_fd);
    const void* const argument = memory_.resolve(operation.pointer, &event, 0);
    const bool by_ring = operation.kind == OperationKind::kIoUringCtl || goes_by_ring();
    const Outcome outcome =
        by_ring ? ring_thread_.call([&] {
            return Ring::of_process().control(epfd, operation.number, fd, argument);
        })
                : make<system_call::epoll_ctl>(epfd, operation.number, fd, argument);
    if (outcome == -ENOSPC && account_.is_entered()) {
        return plain(outcome);
    }
    if (outcome == -ENOSPC) {
        return fail(
            {"epoll_ctl ADD got ENOSPC: this user watches as many descriptors as "
             "/proc/sys/fs/epoll/max_user_watches allows. Raise that limit, or stop other "
             "programs of this user that watch many."});
    }
    return refused(outcome);
}

/// True for calls that io_uring can make where programs are to call by it. The second process has
/// no ring: requests of ours would be about our descriptors. And a signalfd says what is pending
/// for the thread that asks, which would be that of the ring (R-D69).
bool Interpreter::goes_by_ring() const {
    return way_to_call() == WayToCall::kRing && process_ == 0 && !shows_signals_;
}

Interpreter::Outcome Interpreter::wait_by_ring(int epfd, void* buffer, int max_events) {
    if (is_of_thread_) {
        return own_ring_->wait_long(epfd, buffer, max_events, *call_is_over_);
    }
    return ring_thread_.call([=] { return Ring::of_process().wait(epfd, buffer, max_events); });
}

Interpreter::Outcome Interpreter::call_wait(const Operation& operation, void* buffer) {
    const int epfd = number_of(operation.fd);
    const int timeout_ms = static_cast<int>(operation.timeout_ms);
    memory_.arguments().signals = signal_set(operation.signals);
    const void* const mask =
        memory_.resolve(operation.mask_pointer, &memory_.arguments().signals, 0);
    system_call::KernelTimespec& timespec = memory_.arguments().timespec;
    timespec = {operation.timeout_seconds, operation.timeout_nanoseconds};
    switch (operation.kind) {
        case OperationKind::kIoUringWait:
            return wait_by_ring(epfd, buffer, operation.number);
        case OperationKind::kEpollPwait:
            return make<system_call::epoll_pwait>(epfd, buffer, operation.number, timeout_ms, mask,
                                                  operation.signal_set_size);
        case OperationKind::kEpollPwait2: {
            const Outcome outcome = make<system_call::epoll_pwait2>(
                epfd, buffer, operation.number,
                memory_.resolve(operation.timeout_pointer, &timespec, 0), mask,
                operation.signal_set_size);
            timespec_changed_ = timespec.seconds != operation.timeout_seconds ||
                                timespec.nanoseconds != operation.timeout_nanoseconds;
            return outcome;
        }
        default:
            // A request has no time-out: one that finds nothing says so by still waiting. Then a
            // call that may wait does so without the ring.
            if (goes_by_ring() && (timeout_ms == 0 || timeout_ms == -1) &&
                Ring::of_process().knows_wait()) {
                const Outcome found = wait_by_ring(epfd, buffer, operation.number);
                if (found != system_call::kStillWaiting || timeout_ms == 0) {
                    return found == system_call::kStillWaiting ? 0 : found;
                }
            }
            return make<system_call::epoll_wait>(epfd, buffer, operation.number, timeout_ms);
    }
}

Interpreter::Outcome Interpreter::look_without_waiting(const Operation& operation, void* buffer) {
    Operation look = operation;
    look.timeout_ms = 0;
    look.timeout_pointer = Pointer::kGood;
    look.timeout_seconds = 0;
    look.timeout_nanoseconds = 0;
    return call_wait(look, buffer);
}

/// True if the signal of the operation can arrive in its process.
bool Interpreter::check_arrival(const Operation& operation) {
    constexpr std::uint8_t kArriving[] = {signal::kUser1, signal::kUser2, signal::kUrgent};
    return process_ == 0 ? std::ranges::find(kArriving, operation.arriving) != std::end(kArriving)
                         : operation.arriving == signal::kStop;
}

/// A wait without end while which a signal is sent. First a look: what does not wait gets none.
Interpreter::Outcome Interpreter::wait_for_arrival(const Operation& operation, void* buffer) {
    Outcome outcome = look_without_waiting(operation, buffer);
    if (outcome != 0) {
        return outcome;
    }
    const auto call = [&] { return call_wait(operation, buffer); };
    expects_ticks_ = true;
    if (process_ != 0) {
        second_->stop_in_calls(true);
        outcome = patiently(true, call);
        second_->stop_in_calls(false);
    } else {
        // What a timer sent is pending no longer than the timer is there, since Linux 6.13.
        arrived_.push_back(std::make_unique<ArrivingSignal>(operation.arriving));
        ArrivingSignal& arriving = *arrived_.back();
        if (auto error = arriving.prepare()) {
            fail(*error);
            return system_call::kStillWaiting;
        }
        outcome = patiently(true, [&] {
            arriving.send_soon();
            return call();
        });
        arriving.wait_until_pending();
    }
    expects_ticks_ = false;
    return outcome;
}

Result Interpreter::wait(const Operation& operation) {
    void* const buffer =
        memory_.resolve(operation.pointer, memory_.events(), operation.room, operation.room_bytes);
    // Events of an earlier wait must not pass for those that a target claims to have stored.
    const unsigned room =
        std::min(memory_.event_room(operation.pointer, operation.room, operation.room_bytes),
                 static_cast<unsigned>(std::clamp(operation.number, 0, kMaxEvents)));
    if (room > 0 && operation.pointer != Pointer::kPaused) {
        std::memset(buffer, 0xa5, room * sizeof(epoll_event));
    }
    const WaitDuration duration = wait_duration(operation);
    if (duration == WaitDuration::kFinite) {
        timer_.stop();  // a tick would cut it short
    }
    const std::int64_t start = duration == WaitDuration::kFinite ? monotonic_now() : 0;
    timespec_changed_ = false;
    Outcome outcome = 0;
    if (operation.arriving != 0) {
        if (duration != WaitDuration::kEndless || !check_arrival(operation)) {
            return fail(
                {"a signal arrives in a wait of a program that may end without it, or is "
                 "none that can. Give the wait no end, and let SIGUSR1, SIGUSR2 or SIGURG "
                 "arrive in the first process, or SIGSTOP in the second."});
        }
        outcome = wait_for_arrival(operation, buffer);
    } else if (duration == WaitDuration::kEndless && shows_signals_) {
        // Without a tick, which is a signal, as long as the wait may end by itself.
        outcome = look_without_waiting(operation, buffer);
    }
    if (outcome == 0 && operation.arriving == 0) {
        expects_ticks_ = true;
        outcome = patiently(duration == WaitDuration::kEndless,
                            [&] { return call_wait(operation, buffer); });
        expects_ticks_ = false;
    }
    if (timespec_changed_) {
        const system_call::KernelTimespec& left = memory_.arguments().timespec;
        return Result::of_payload(static_cast<std::uint64_t>(left.nanoseconds));
    }
    if (outcome < 0) {
        return plain(outcome);
    }
    Result result = harvested(operation, buffer, outcome);
    if (duration == WaitDuration::kFinite && outcome == 0) {
        // Both clock readings lie outside of the call, so only a wait that was too short is.
        result.value = std::max<std::int64_t>(timeout_of(operation) - (monotonic_now() - start), 0);
    }
    return result;
}

Result Interpreter::harvested(const Operation& operation, const void* buffer, Outcome count) {
    const unsigned room =
        memory_.event_room(operation.pointer, operation.room, operation.room_bytes);
    if (count > operation.number || count > room) {
        return Result::of_value(count);  // it claims more than it can have stored
    }
    if (count > kMaxEvents) {
        return fail({"a wait reported " + std::to_string(count) + " events; a result can hold " +
                     std::to_string(kMaxEvents) + ". Use a smaller maxevents."});
    }
    for (event_count_ = 0; event_count_ < count; ++event_count_) {
        epoll_event event;
        std::memcpy(&event, static_cast<const char*>(buffer) + event_count_ * sizeof event,
                    sizeof event);
        events_[event_count_] = {.mask = event.events, .data = event.data.u64};
    }
    return Result::of_events(event_count_);
}

Result Interpreter::interest_list(const Operation& operation) {
    Arguments& arguments = memory_.arguments();
    Outcome outcome = make<system_call::fdinfo_text>(number_of(operation.fd), arguments.text,
                                                     sizeof arguments.text);
    if (outcome >= 0) {
        outcome =
            epollcheck::interest_list({arguments.text, static_cast<std::size_t>(outcome)}, events_);
    }
    if (outcome == -ENOTSUP) {
        return fail(
            {"cannot read the interest list of an epoll descriptor from /proc/self/fdinfo. "
             "Mount /proc, or leave out programs that use fdinfo."});
    }
    if (outcome == -EOVERFLOW) {
        return fail(
            {"cannot understand the interest list of an epoll descriptor: it is longer "
             "than a result can hold, or has another form than proc_pid_fdinfo(5) says."});
    }
    if (outcome < 0) {
        return plain(outcome);
    }
    event_count_ = static_cast<int>(outcome);
    return Result::of_events(event_count_);
}

}  // namespace epollcheck
