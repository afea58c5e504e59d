// RaisedDescriptorLimit: the limit of descriptors (RLIMIT_NOFILE), raised as far as this process
// may, until the end.

#pragma once

#include <sys/resource.h>

#include <cstddef>

namespace epollcheck::scale {

class RaisedDescriptorLimit {
public:
    RaisedDescriptorLimit();
    ~RaisedDescriptorLimit();
    RaisedDescriptorLimit(const RaisedDescriptorLimit&) = delete;
    RaisedDescriptorLimit& operator=(const RaisedDescriptorLimit&) = delete;

    /// How many descriptors this process may have now.
    [[nodiscard]] std::size_t limit() const { return limit_; }

private:
    rlimit before_{};
    std::size_t limit_ = 0;
};

}  // namespace epollcheck::scale
