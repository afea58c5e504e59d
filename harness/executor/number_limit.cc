// The limit of descriptors. See number_limit.h.

#include "harness/executor/number_limit.h"

#include <cerrno>

namespace epollcheck {

std::optional<HarnessError> NumberLimit::set(int limit) {
    rlimit before = {};
    rlimit lowered = {};
    const bool known = getrlimit(RLIMIT_NOFILE, &before) == 0;
    lowered = {static_cast<rlim_t>(limit), before.rlim_max};  // only the soft one: it comes back
    if (!known || setrlimit(RLIMIT_NOFILE, &lowered) != 0) {
        return cannot("lower the limit of open files (ulimit -n)", errno);
    }
    own_ = own_ ? own_ : before;
    return std::nullopt;
}

void NumberLimit::lift() {
    if (own_) {
        setrlimit(RLIMIT_NOFILE, &*own_);  // it was in force before, so it is permitted
        own_.reset();
    }
}

}  // namespace epollcheck
