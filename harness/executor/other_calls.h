// Calls about files of rare kinds, and calls that are no part of epoll at all but must work on an
// epoll file, or must not (system_calls.h has the others).

#pragma once

#include <cstdint>

#include "harness/executor/system_calls.h"

namespace epollcheck::system_call {

/// st_mode of fstat(2).
Outcome fstat_mode(int fd);
/// 1 if /proc/self/fd names the file an epoll instance, else 0.
Outcome is_named_eventpoll(int fd);
/// fallocate(2) of the first byte.
Outcome fallocate_byte(int fd);
/// A child of vfork(2), which shares the memory, closes `fd` and ends. What its close answered.
Outcome vfork_close(int fd);
/// A fresh file of an OtherKind.
Outcome open_other(int kind);

/// The set of OtherKinds that can be opened here, as bits.
std::uint32_t other_kinds();

}  // namespace epollcheck::system_call
