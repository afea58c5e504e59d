// Ring: an io_uring with room for a few requests, for the two operations of io_uring that are ways
// to call epoll (SEMANTICS R-B49).
//
// One request is in the ring at a time, and it is over when a function here returns: a wait that
// finds nothing is cancelled, which shows that it was still waiting.
//
// A process has one ring, and each thread of a program with threads (crew.h), which it keeps until
// it ends: some time after a ring was closed the kernel interrupts the threads that used it (a task
// work with a signal but no handler), and a wait of a program would answer EINTR. A forked process
// makes a ring of its own under the same number.
//
// Source: include/uapi/linux/io_uring.h.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "harness/executor/ring_queues.h"
#include "harness/executor/system_calls.h"

namespace epollcheck {

class Ring {
public:
    /// The ring of this process, set up when it is first asked for. It may be missing, for want of
    /// support or of permission: then nothing is known to it, and every request answers -ENOSYS.
    static Ring& of_process();
    /// A ring of its own for one thread, which is to keep it as long as it lives.
    static std::unique_ptr<Ring> make() { return std::unique_ptr<Ring>(new Ring); }
    ~Ring() = default;
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    /// True if the kernel knows IORING_OP_EPOLL_CTL.
    [[nodiscard]] bool knows_control() const { return knows_control_; }
    /// True if the kernel knows IORING_POLL_ADD_MULTI (5.13).
    [[nodiscard]] bool knows_polls_that_go_on() const { return queues_.is_recent(); }
    /// True if the kernel knows IORING_OP_EPOLL_WAIT (6.15).
    [[nodiscard]] bool knows_wait() const { return knows_wait_; }

    /// IORING_OP_EPOLL_CTL.
    system_call::Outcome control(int epfd, int operation, int fd, const void* event);
    /// IORING_OP_EPOLL_WAIT: the events that are there, or kStillWaiting.
    system_call::Outcome wait(int epfd, void* events, int max_events);
    /// The same, but waits for events until a signal comes and finds `over` set.
    system_call::Outcome wait_long(int epfd, void* events, int max_events,
                                   const std::atomic<bool>& over);

private:
    Ring() { open(); }
    void open();

    void submit_wait(int epfd, void* events, int max_events);
    system_call::Outcome cancel_wait();
    /// Takes all completions. True if that of request `id` was among them.
    bool take(std::uint64_t id, std::int32_t& result);

    RingQueues queues_;
    bool knows_control_ = false;
    bool knows_wait_ = false;
    int owner_ = -1;  // the process that set it up
};

}  // namespace epollcheck
