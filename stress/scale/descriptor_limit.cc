// RaisedDescriptorLimit. See descriptor_limit.h.

#include "stress/scale/descriptor_limit.h"

#include <fstream>

namespace epollcheck::scale {

namespace {

/// Makes `limit` the soft and the hard limit. True if it could be done.
bool set_limit(rlim_t limit) {
    const rlimit raised{limit, limit};
    return setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

}  // namespace

RaisedDescriptorLimit::RaisedDescriptorLimit() {
    getrlimit(RLIMIT_NOFILE, &before_);
    limit_ = before_.rlim_cur;
    rlim_t most = 0;  // more than the hard limit is for those who may (CAP_SYS_RESOURCE)
    if (std::ifstream("/proc/sys/fs/nr_open") >> most && most > before_.rlim_max &&
        set_limit(most)) {
        limit_ = most;
    } else if (set_limit(before_.rlim_max)) {
        limit_ = before_.rlim_max;
    }
}

RaisedDescriptorLimit::~RaisedDescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }

}  // namespace epollcheck::scale
