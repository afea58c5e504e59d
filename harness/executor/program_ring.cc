// Requests of programs. See program_ring.h.

#include "harness/executor/program_ring.h"

#include <linux/time_types.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harness/executor/ring_queues.h"
#include "model/vocabulary/completion.h"

namespace epollcheck::program_ring {

namespace {

using system_call::Outcome;

constexpr unsigned kEntries = 8;
constexpr std::uint8_t kEpollWait = 59;  // IORING_OP_EPOLL_WAIT, Linux 6.15
io_uring_params layout;
// By id: an id names one request at a time, or what it is over with would be anybody's (ring.cc).
enum class Role : std::uint8_t { kOther, kWait, kTimeout } roles[kMaxRequestId + 1];
epoll_event buffers[kMaxRequestId + 1];
__kernel_timespec soon = {0, 1000};

io_uring_sqe request_of(std::uint8_t code, std::uint64_t id) {
    io_uring_sqe request = {};
    request.opcode = code;
    request.fd = -1;
    request.user_data = id & kMaxRequestId;
    return request;
}

io_uring_sqe request_of(const Operation& operation, int fd) {
    const std::uint64_t id = operation.value & kMaxRequestId;
    switch (operation.kind) {
        case OperationKind::kRingNop:
            return request_of(IORING_OP_NOP, id);
        case OperationKind::kRingCancel: {
            io_uring_sqe request = request_of(IORING_OP_ASYNC_CANCEL, id);
            request.addr = static_cast<std::uint64_t>(operation.number);
            roles[id] = Role::kOther;
            return request;
        }
        case OperationKind::kRingPoll:
        case OperationKind::kRingPollMany: {
            io_uring_sqe request = request_of(IORING_OP_POLL_ADD, id);
            request.fd = fd;
            request.poll32_events = operation.flags;
            request.len =
                operation.kind == OperationKind::kRingPollMany ? IORING_POLL_ADD_MULTI : 0;
            roles[id] = Role::kOther;
            return request;
        }
        default: {
            io_uring_sqe request = request_of(kEpollWait, id);
            request.fd = fd;
            request.addr = reinterpret_cast<std::uintptr_t>(&buffers[id]);
            request.len = 1;
            roles[id] = Role::kWait;
            return request;
        }
    }
}

Completion completion_of(const RingQueues::Completion& done) {
    const auto id = static_cast<std::uint8_t>(done.id);
    if (done.result < 0) {
        // A time-out whose wait is over says so in one of two ways: it depends on the time.
        const bool late = roles[id] == Role::kTimeout && done.result == -ENOENT;
        return {.id = id,
                .kind = CompletionKind::kError,
                .value = static_cast<std::uint16_t>(late ? ECANCELED : -done.result)};
    }
    if (done.result == 0) {
        return {.id = id};
    }
    if (roles[id] == Role::kWait && done.result == 1) {
        epoll_event event;
        std::memcpy(&event, &buffers[id], sizeof event);
        return {.id = id,
                .kind = CompletionKind::kEvent,
                .value = static_cast<std::uint16_t>(event.events),
                .data = event.data.u64};
    }
    return {.id = id,
            .kind = done.more ? CompletionKind::kMoreMask : CompletionKind::kMask,
            .value = static_cast<std::uint16_t>(done.result)};
}

/// Why the kernel accepts no requests for `ring`, or 0.
Outcome refusal(int ring) {
    return syscall(SYS_io_uring_enter, ring, 0, 0, 0, nullptr, 0) < 0 ? -errno : 0;
}

}  // namespace

Outcome setup() {
    layout = {};
    const long ring = syscall(SYS_io_uring_setup, kEntries, &layout);
    return ring < 0 ? -errno : ring;
}

Outcome submit(const Operation& operation, int ring, int fd) {
    if (const Outcome error = refusal(ring); error != 0) {
        return error;
    }
    RingQueues queues;
    if (!queues.borrow(ring, layout)) {
        return -ENOMEM;
    }
    io_uring_sqe request = request_of(operation, fd);
    if (operation.kind != OperationKind::kRingTimedWait) {
        queues.submit(request);
        return queues.enter(0) ? 0 : -errno;
    }
    request.flags = IOSQE_IO_LINK;
    queues.submit(request);
    io_uring_sqe limit =
        request_of(IORING_OP_LINK_TIMEOUT, static_cast<std::uint64_t>(operation.number));
    limit.addr = reinterpret_cast<std::uintptr_t>(&soon);
    limit.len = 1;
    roles[limit.user_data] = Role::kTimeout;
    queues.submit(limit);
    const bool entered =
        queues.enter(0) && queues.wait_for(request.user_data) && queues.wait_for(limit.user_data);
    return entered ? 0 : -errno;
}

Outcome reap(int ring, std::span<Event> completions) {
    if (const Outcome error = refusal(ring); error != 0) {
        return error;
    }
    RingQueues queues;
    if (!queues.borrow(ring, layout)) {
        return -ENOMEM;
    }
    std::size_t count = 0;
    while (const auto done = queues.take()) {
        completions[count++] = completion_of(*done).packed();
    }
    return static_cast<Outcome>(count);
}

}  // namespace epollcheck::program_ring
