// NumberLimit: the limit of descriptors of this process (RLIMIT_NOFILE), lowered for a while, so
// that programs meet EMFILE. What is open already stays open whatever its number (getrlimit(2)).

#pragma once

#include <sys/resource.h>

#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

class NumberLimit {
public:
    NumberLimit() = default;
    ~NumberLimit() { lift(); }
    NumberLimit(const NumberLimit&) = delete;
    NumberLimit& operator=(const NumberLimit&) = delete;

    /// New descriptors get numbers below `limit`, or EMFILE.
    std::optional<HarnessError> set(int limit);
    /// Back to the limit of before.
    void lift();
    [[nodiscard]] bool is_set() const { return own_.has_value(); }

private:
    std::optional<rlimit> own_;  // the limit of before, while another is in force
};

}  // namespace epollcheck
