// Call permission: are the calls that programs make permitted at all?
//
// A sandbox (a seccomp filter, the profile of a container) may answer EPERM or ENOSYS in the place
// of the kernel. Such an answer says nothing about epoll, and must never look like a deviation: it
// is found out before the first program runs, and is a HarnessError that names the call.

#pragma once

#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

/// An error for the first call that programs cannot do without and that is denied here. Calls that
/// not every kernel has (epoll_pwait2, io_uring) are features instead.
std::optional<HarnessError> find_denied_call();

}  // namespace epollcheck
