// Weights of threads: sched_setscheduler(2), setpriority(2). See thread_weight.h.

#include "harness/executor/thread_weight.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace epollcheck {

bool ThreadWeights::may_come_back() {
    constexpr rlim_t kEveryNice = 20;  // the limit is 20 - nice
    rlimit limit = {};
    return geteuid() == 0 || (getrlimit(RLIMIT_NICE, &limit) == 0 && limit.rlim_cur >= kEveryNice);
}

void ThreadWeights::weigh(int worker, int thread_id, std::uint64_t number) {
    // Not so nice that a busy machine leaves it nothing.
    constexpr int kNice = 5;
    const std::uint64_t kind = (number >> (2 * worker)) % 4;
    const sched_param none = {};
    sched_setscheduler(thread_id, kind == 1 ? SCHED_BATCH : SCHED_OTHER, &none);
    if (may_be_nice_) {
        setpriority(PRIO_PROCESS, static_cast<id_t>(thread_id), kind == 2 ? kNice : 0);
    }
}

}  // namespace epollcheck
