// The ring. See ring.h.

#include "harness/executor/ring.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace epollcheck {

namespace {

using system_call::Outcome;

constexpr unsigned kEntries = 4;
// Numbers of 6.15 that older headers do not have yet.
constexpr std::uint8_t kEpollWait = 59;  // IORING_OP_EPOLL_WAIT
constexpr std::uint64_t kRequestId = 1;
constexpr std::uint64_t kCancelId = 2;

long setup(unsigned entries, io_uring_params* parameters) {
    return syscall(SYS_io_uring_setup, entries, parameters);
}

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

Ring& Ring::of_process() {
    static Ring ring;
    if (ring.owner_ != getpid()) {
        ring.open();  // a fork shares the queues with its parent
    }
    return ring;
}

Ring::~Ring() { close(); }

void Ring::close() {
    if (rings_ != nullptr) munmap(rings_, rings_bytes_);
    if (requests_ != nullptr) munmap(requests_, requests_bytes_);
    if (ring_ >= 0) ::close(ring_);
    rings_ = requests_ = nullptr;
    ring_ = -1;
}

void Ring::open() {
    const int inherited = ring_;
    owner_ = getpid();
    knows_control_ = knows_wait_ = false;
    if (rings_ != nullptr) munmap(rings_, rings_bytes_);
    if (requests_ != nullptr) munmap(requests_, requests_bytes_);
    rings_ = requests_ = nullptr;
    pending_ = 0;
    io_uring_params parameters = {};
    ring_ = static_cast<int>(setup(kEntries, &parameters));
    if (ring_ >= 0 && inherited >= 0) {
        const int moved = dup3(ring_, inherited, O_CLOEXEC);
        ::close(ring_);
        ring_ = moved;
    }
    // Kernels before 5.4 map the two queues apart; they know no epoll in rings either.
    if (ring_ < 0 || (parameters.features & IORING_FEAT_SINGLE_MMAP) == 0) {
        close();
        return;
    }
    const auto& sq = parameters.sq_off;
    const auto& cq = parameters.cq_off;
    rings_bytes_ = std::max<std::size_t>(sq.array + parameters.sq_entries * sizeof(unsigned),
                                         cq.cqes + parameters.cq_entries * sizeof(io_uring_cqe));
    requests_bytes_ = parameters.sq_entries * sizeof(io_uring_sqe);
    rings_ = map_ring(ring_, rings_bytes_, IORING_OFF_SQ_RING);
    requests_ = map_ring(ring_, requests_bytes_, IORING_OFF_SQES);
    if (rings_ == nullptr || requests_ == nullptr) {
        close();
        return;
    }
    submit_tail_ = word_at(rings_, sq.tail);
    submit_array_ = word_at(rings_, sq.array);
    submit_mask_ = *word_at(rings_, sq.ring_mask);
    done_head_ = word_at(rings_, cq.head);
    done_tail_ = word_at(rings_, cq.tail);
    done_mask_ = *word_at(rings_, cq.ring_mask);
    done_ = rings_ + cq.cqes;
    knows_control_ = knows(IORING_OP_EPOLL_CTL);
    knows_wait_ = knows(kEpollWait);
}

bool Ring::knows(std::uint8_t code) const {
    constexpr unsigned kCodes = 256;
    alignas(io_uring_probe) char space[sizeof(io_uring_probe) + kCodes * sizeof(io_uring_probe_op)];
    std::memset(space, 0, sizeof space);
    auto* const probe = reinterpret_cast<io_uring_probe*>(space);
    return is_open() &&
           syscall(SYS_io_uring_register, ring_, IORING_REGISTER_PROBE, probe, kCodes) == 0 &&
           code <= probe->last_op && (probe->ops[code].flags & IO_URING_OP_SUPPORTED) != 0;
}

void Ring::submit(const Request& request, std::uint64_t id) {
    const unsigned tail = *submit_tail_;
    const unsigned index = tail & submit_mask_;
    io_uring_sqe entry = {};
    entry.opcode = request.code;
    entry.fd = request.fd;
    entry.off = request.offset;
    entry.addr = request.address;
    entry.len = request.length;
    entry.user_data = id;
    std::memcpy(requests_ + index * sizeof entry, &entry, sizeof entry);
    submit_array_[index] = index;
    write_shared(submit_tail_, tail + 1);
    ++pending_;
}

unsigned Ring::completions() const { return read_shared(done_tail_) - *done_head_; }

bool Ring::enter(unsigned wanted) {
    do {
        const long submitted = syscall(SYS_io_uring_enter, ring_, pending_, wanted,
                                       wanted > 0 ? IORING_ENTER_GETEVENTS : 0, nullptr, 0);
        if (submitted >= 0) {
            pending_ -= static_cast<unsigned>(submitted);
        } else if (errno != EINTR) {
            return false;
        }
    } while (pending_ > 0 || completions() < wanted);
    return true;
}

bool Ring::take(std::uint64_t id, std::int32_t& result) {
    bool found = false;
    for (; completions() > 0; write_shared(done_head_, *done_head_ + 1)) {
        io_uring_cqe completion;
        std::memcpy(&completion, done_ + (*done_head_ & done_mask_) * sizeof completion,
                    sizeof completion);
        if (completion.user_data == id) {
            result = completion.res;
            found = true;
        }
    }
    return found;
}

Outcome Ring::control(int epfd, int operation, int fd, const void* event) {
    if (!is_open()) {
        return -ENOSYS;
    }
    submit({.code = IORING_OP_EPOLL_CTL,
            .fd = epfd,
            .offset = static_cast<std::uint64_t>(static_cast<std::int64_t>(fd)),
            .address = reinterpret_cast<std::uintptr_t>(event),
            .length = static_cast<std::uint32_t>(operation)},
           kRequestId);
    std::int32_t result = 0;
    return enter(1) && take(kRequestId, result) ? result : -ENOSYS;
}

void Ring::submit_wait(int epfd, void* events, int max_events) {
    submit({.code = kEpollWait,
            .fd = epfd,
            .address = reinterpret_cast<std::uintptr_t>(events),
            .length = static_cast<std::uint32_t>(max_events)},
           kRequestId);
}

Outcome Ring::cancel_wait() {
    std::int32_t result = 0;
    submit({.code = IORING_OP_ASYNC_CANCEL, .address = kRequestId}, kCancelId);
    if (!enter(2) || !take(kRequestId, result)) {
        return -ENOSYS;
    }
    return result == -ECANCELED ? system_call::kStillWaiting : result;
}

Outcome Ring::wait(int epfd, void* events, int max_events) {
    if (!is_open()) {
        return -ENOSYS;
    }
    submit_wait(epfd, events, max_events);
    std::int32_t result = 0;
    if (!enter(0)) {
        return -ENOSYS;
    }
    return take(kRequestId, result) ? result : cancel_wait();
}

Outcome Ring::wait_long(int epfd, void* events, int max_events, const std::atomic<bool>& over) {
    if (!is_open()) {
        return -ENOSYS;
    }
    submit_wait(epfd, events, max_events);
    std::int32_t result = 0;
    if (!enter(0)) {
        return -ENOSYS;
    }
    while (!take(kRequestId, result)) {
        if (over) {
            return cancel_wait();
        }
        if (syscall(SYS_io_uring_enter, ring_, 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0) < 0 &&
            errno != EINTR) {
            return -ENOSYS;
        }
    }
    return result;
}

}  // namespace epollcheck
