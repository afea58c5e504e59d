// The queues of a ring. See ring_queues.h.

#include "harness/executor/ring_queues.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace epollcheck {

namespace {

unsigned read_shared(unsigned* shared) {
    return std::atomic_ref<unsigned>(*shared).load(std::memory_order_acquire);
}

void write_shared(unsigned* shared, unsigned value) {
    std::atomic_ref<unsigned>(*shared).store(value, std::memory_order_release);
}

char* map_ring(int ring, std::size_t bytes, std::uint64_t what) {
    void* const address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                               ring, static_cast<off_t>(what));
    return address == MAP_FAILED ? nullptr : static_cast<char*>(address);
}

unsigned* word_at(char* base, unsigned offset) {
    return reinterpret_cast<unsigned*>(base + offset);
}

}  // namespace

bool RingQueues::open(unsigned entries) {
    close();
    return open_again(entries);
}

bool RingQueues::open_again(unsigned entries) {
    unmap();
    const int inherited = fd_;
    pending_ = 0;
    io_uring_params parameters = {};
    fd_ = static_cast<int>(syscall(SYS_io_uring_setup, entries, &parameters));
    if (fd_ >= 0 && inherited >= 0) {
        const int moved = dup3(fd_, inherited, O_CLOEXEC);
        ::close(std::exchange(fd_, moved));
    }
    // Kernels before 5.4 map the two queues apart; they know no epoll in rings either.
    is_recent_ = (parameters.features & IORING_FEAT_RSRC_TAGS) != 0;
    const bool works =
        fd_ >= 0 && (parameters.features & IORING_FEAT_SINGLE_MMAP) != 0 && map(parameters);
    if (!works) {
        close();
    }
    return works;
}

bool RingQueues::borrow(int ring, const io_uring_params& layout) {
    fd_ = ring;
    is_borrowed_ = true;
    return map(layout);
}

bool RingQueues::map(const io_uring_params& parameters) {
    const auto& sq = parameters.sq_off;
    const auto& cq = parameters.cq_off;
    rings_bytes_ = std::max<std::size_t>(sq.array + parameters.sq_entries * sizeof(unsigned),
                                         cq.cqes + parameters.cq_entries * sizeof(io_uring_cqe));
    requests_bytes_ = parameters.sq_entries * sizeof(io_uring_sqe);
    rings_ = map_ring(fd_, rings_bytes_, IORING_OFF_SQ_RING);
    requests_ = map_ring(fd_, requests_bytes_, IORING_OFF_SQES);
    if (rings_ == nullptr || requests_ == nullptr) {
        return false;
    }
    submit_tail_ = word_at(rings_, sq.tail);
    submit_array_ = word_at(rings_, sq.array);
    submit_mask_ = *word_at(rings_, sq.ring_mask);
    done_head_ = word_at(rings_, cq.head);
    done_tail_ = word_at(rings_, cq.tail);
    done_mask_ = *word_at(rings_, cq.ring_mask);
    done_ = rings_ + cq.cqes;
    return true;
}

void RingQueues::unmap() {
    if (rings_ != nullptr) munmap(std::exchange(rings_, nullptr), rings_bytes_);
    if (requests_ != nullptr) munmap(std::exchange(requests_, nullptr), requests_bytes_);
}

void RingQueues::close() {
    unmap();
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool RingQueues::knows(std::uint8_t code) const {
    constexpr unsigned kCodes = 256;
    alignas(io_uring_probe) char space[sizeof(io_uring_probe) + kCodes * sizeof(io_uring_probe_op)];
    std::memset(space, 0, sizeof space);
    auto* const probe = reinterpret_cast<io_uring_probe*>(space);
    return is_open() &&
           syscall(SYS_io_uring_register, fd_, IORING_REGISTER_PROBE, probe, kCodes) == 0 &&
           code <= probe->last_op && (probe->ops[code].flags & IO_URING_OP_SUPPORTED) != 0;
}

void RingQueues::submit(const io_uring_sqe& request) {
    const unsigned tail = *submit_tail_;
    const unsigned index = tail & submit_mask_;
    std::memcpy(requests_ + index * sizeof request, &request, sizeof request);
    submit_array_[index] = index;
    write_shared(submit_tail_, tail + 1);
    ++pending_;
}

unsigned RingQueues::completions() const { return read_shared(done_tail_) - *done_head_; }

bool RingQueues::enter(unsigned wanted) {
    do {
        const long submitted = syscall(SYS_io_uring_enter, fd_, pending_, wanted,
                                       wanted > 0 ? IORING_ENTER_GETEVENTS : 0, nullptr, 0);
        if (submitted >= 0) {
            pending_ -= static_cast<unsigned>(submitted);
        } else if (errno != EINTR) {
            return false;
        }
    } while (pending_ > 0 || completions() < wanted);
    return true;
}

io_uring_cqe RingQueues::completion_at(unsigned index) const {
    io_uring_cqe completion;
    std::memcpy(&completion, done_ + (index & done_mask_) * sizeof completion, sizeof completion);
    return completion;
}

bool RingQueues::wait_for(std::uint64_t id) {
    for (unsigned seen = 0;; ++seen) {
        if (!enter(seen + 1)) {
            return false;
        }
        if (completion_at(*done_head_ + seen).user_data == id) {
            return true;
        }
    }
}

bool RingQueues::wait_or_be_interrupted() {
    return syscall(SYS_io_uring_enter, fd_, 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0) >= 0 ||
           errno == EINTR;
}

std::optional<RingQueues::Completion> RingQueues::take() {
    if (completions() == 0) {
        return std::nullopt;
    }
    const io_uring_cqe completion = completion_at(*done_head_);
    write_shared(done_head_, *done_head_ + 1);
    return Completion{.id = completion.user_data,
                      .result = completion.res,
                      .more = (completion.flags & IORING_CQE_F_MORE) != 0};
}

}  // namespace epollcheck
