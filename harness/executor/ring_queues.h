// RingQueues: the two queues of an io_uring, by plain system calls: requests go in, completions
// come out.
//
// What the requests are for is the business of who makes them (ring.h, program_ring.h).
//
// Source: io_uring_setup(2), io_uring_enter(2), include/uapi/linux/io_uring.h.

#pragma once

#include <linux/io_uring.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace epollcheck {

class RingQueues {
public:
    struct Completion {
        std::uint64_t id = 0;  // user_data of the request
        std::int32_t result = 0;
        bool more = false;  // the request goes on (IORING_CQE_F_MORE)
    };

    RingQueues() = default;
    ~RingQueues() { is_borrowed_ ? unmap() : close(); }
    RingQueues(const RingQueues&) = delete;
    RingQueues& operator=(const RingQueues&) = delete;

    /// Sets up a ring with room for `entries` requests. False for want of support or of permission.
    bool open(unsigned entries);
    /// The same, and the ring gets the descriptor number of the one that was there before.
    bool open_again(unsigned entries);
    /// Leads to the queues of `ring`, which belongs to somebody else and was set up like `layout`
    /// says, as long as this object lives.
    bool borrow(int ring, const io_uring_params& layout);
    void close();
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    [[nodiscard]] int fd() const { return fd_; }
    /// True since Linux 5.13, which announces no feature for polls that go on, but has others.
    [[nodiscard]] bool is_recent() const { return is_open() && is_recent_; }
    /// True if the kernel knows requests of this IORING_OP_ code.
    [[nodiscard]] bool knows(std::uint8_t code) const;

    /// Puts a request into the queue, which must have room; enter() tells the kernel.
    void submit(const io_uring_sqe& request);
    /// Enters the kernel until all requests are submitted and `wanted` completions are there. False
    /// if that failed.
    bool enter(unsigned wanted);
    /// Waits until there is a completion of the request with `id`, which stays. False if it failed.
    bool wait_for(std::uint64_t id);
    /// Waits for a completion, or for a signal. False if that failed.
    bool wait_or_be_interrupted();
    /// The oldest completion, which leaves the queue.
    std::optional<Completion> take();

private:
    bool map(const io_uring_params& parameters);
    void unmap();
    [[nodiscard]] unsigned completions() const;
    [[nodiscard]] io_uring_cqe completion_at(unsigned index) const;

    int fd_ = -1;
    bool is_borrowed_ = false;
    bool is_recent_ = false;
    char* rings_ = nullptr;  // head and tail of both queues, and the completions
    std::size_t rings_bytes_ = 0;
    char* requests_ = nullptr;
    std::size_t requests_bytes_ = 0;
    unsigned* submit_tail_ = nullptr;
    unsigned* submit_array_ = nullptr;
    unsigned submit_mask_ = 0;
    unsigned pending_ = 0;  // submitted, and not told to the kernel yet
    unsigned* done_head_ = nullptr;
    unsigned* done_tail_ = nullptr;
    char* done_ = nullptr;
    unsigned done_mask_ = 0;
};

}  // namespace epollcheck
