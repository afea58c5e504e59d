// The ring. See ring.h.

#include "harness/executor/ring.h"

#include <unistd.h>

#include <cerrno>

namespace epollcheck {

namespace {

using system_call::Outcome;

constexpr unsigned kEntries = 4;
// Numbers of 6.15 that older headers do not have yet.
constexpr std::uint8_t kEpollWait = 59;  // IORING_OP_EPOLL_WAIT
constexpr std::uint64_t kRequestId = 1;
constexpr std::uint64_t kCancelId = 2;

}  // namespace

Ring& Ring::of_process() {
    static Ring ring;
    if (ring.owner_ != getpid()) {
        ring.open();  // a fork shares the queues with its parent
    }
    return ring;
}

void Ring::open() {
    owner_ = getpid();
    knows_control_ = knows_wait_ = false;
    if (queues_.open_again(kEntries)) {
        knows_control_ = queues_.knows(IORING_OP_EPOLL_CTL);
        knows_wait_ = queues_.knows(kEpollWait);
    }
}

bool Ring::take(std::uint64_t id, std::int32_t& result) {
    bool found = false;
    while (const auto completion = queues_.take()) {
        if (completion->id == id) {
            result = completion->result;
            found = true;
        }
    }
    return found;
}

Outcome Ring::control(int epfd, int operation, int fd, const void* event) {
    if (!queues_.is_open()) {
        return -ENOSYS;
    }
    io_uring_sqe request = {};
    request.opcode = IORING_OP_EPOLL_CTL;
    request.fd = epfd;
    request.off = static_cast<std::uint64_t>(static_cast<std::int64_t>(fd));
    request.addr = reinterpret_cast<std::uintptr_t>(event);
    request.len = static_cast<std::uint32_t>(operation);
    request.user_data = kRequestId;
    queues_.submit(request);
    std::int32_t result = 0;
    return queues_.enter(1) && take(kRequestId, result) ? result : -ENOSYS;
}

void Ring::submit_wait(int epfd, void* events, int max_events) {
    io_uring_sqe request = {};
    request.opcode = kEpollWait;
    request.fd = epfd;
    request.addr = reinterpret_cast<std::uintptr_t>(events);
    request.len = static_cast<std::uint32_t>(max_events);
    request.user_data = kRequestId;
    queues_.submit(request);
}

Outcome Ring::cancel_wait() {
    io_uring_sqe request = {};
    request.opcode = IORING_OP_ASYNC_CANCEL;
    request.addr = kRequestId;
    request.user_data = kCancelId;
    queues_.submit(request);
    std::int32_t result = 0;
    if (!queues_.enter(2) || !take(kRequestId, result)) {
        return -ENOSYS;
    }
    return result == -ECANCELED ? system_call::kStillWaiting : result;
}

Outcome Ring::wait(int epfd, void* events, int max_events) {
    if (!queues_.is_open()) {
        return -ENOSYS;
    }
    submit_wait(epfd, events, max_events);
    std::int32_t result = 0;
    if (!queues_.enter(0)) {
        return -ENOSYS;
    }
    return take(kRequestId, result) ? result : cancel_wait();
}

Outcome Ring::wait_long(int epfd, void* events, int max_events, const std::atomic<bool>& over) {
    if (!queues_.is_open()) {
        return -ENOSYS;
    }
    submit_wait(epfd, events, max_events);
    std::int32_t result = 0;
    if (!queues_.enter(0)) {
        return -ENOSYS;
    }
    while (!take(kRequestId, result)) {
        if (over) {
            return cancel_wait();
        }
        if (!queues_.wait_or_be_interrupted()) {
            return -ENOSYS;
        }
    }
    return result;
}

}  // namespace epollcheck
