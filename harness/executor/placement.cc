// Processors and threads, sched_setaffinity(2). See placement.h.

#include "harness/executor/placement.h"

namespace epollcheck {

Placement::Placement() {
    constexpr std::size_t kMost = 8;
    if (sched_getaffinity(0, sizeof allowed_, &allowed_) == 0) {
        // From the one it is on, so that crews of several processes are not all in one place.
        const int first = sched_getcpu();
        for (int i = 0; i < CPU_SETSIZE && numbers_.size() < kMost; ++i) {
            const int number = (first + i) % CPU_SETSIZE;
            if (CPU_ISSET(number, &allowed_)) {
                numbers_.push_back(number);
            }
        }
    }
    if (numbers_.empty()) {
        numbers_.push_back(0);  // nobody says which there are; then moving fails, too
    }
}

// Where moving is impossible everything is slower, and nothing else.

void Placement::move_worker(int worker, int thread_id) const {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(numbers_[static_cast<std::size_t>(of(worker))], &one);
    sched_setaffinity(thread_id, sizeof one, &one);
}

void Placement::come_home() const {
    const int home = numbers_[static_cast<std::size_t>(of(0))];
    if (sched_getcpu() == home) {
        return;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(home, &one);
    if (sched_setaffinity(0, sizeof one, &one) == 0) {
        sched_setaffinity(0, sizeof allowed_, &allowed_);
    }
}

}  // namespace epollcheck
