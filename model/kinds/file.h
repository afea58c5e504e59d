// Files: what the kinds of file have in common, and the table that leads to each kind.
//
// Each kind answers two questions: what its poll method says in its present state, and which
// wake-ups with which keys an operation on it issues.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// What the file's poll method answers when asked for `requested` (private bits are ignored).
/// Polling an epoll file drops items that are not ready (R-B31), so the world may change.
MaskRange file_mask(Transition& transition, int file, EventMask requested);

/// `bits` and the NORM bits that poll(2) calls equivalent to some of them. Tier contract leaves
/// open which of the two a file sets.
inline EventMask with_equivalents(EventMask bits) {
    return bits | ((bits & event::kIn) != 0 ? event::kReadable : 0) |
           ((bits & event::kOut) != 0 ? event::kWritable : 0);
}

/// False for files that epoll_ctl refuses with EPERM (R-B6).
bool has_poll(const OpenFile& file);

/// The wait queues on which an item for `file` waits; an entry that is not used is null (R-A5).
struct WaitQueues {
    WaitQueue* entry[2] = {nullptr, nullptr};
};
WaitQueues wait_queues(World& world, int file, int process);
/// False if who looks at `file` now is put on none of its queues: a slave that is hung up has other
/// file operations (hung_up_tty_poll() of drivers/tty/tty_io.c, Linux 6.18).
bool takes_waiters(const World& world, const OpenFile& file);

/// read(2) and recv(2).
Result read_file(Transition& transition, const Operation& operation);
/// write(2) and send(2).
Result write_file(Transition& transition, const Operation& operation);
/// lseek, pread, mmap, fsync, ftruncate and ioctl on an epoll file (R-B33, R-B34).
Result call_on_epoll_file(Transition& transition, const Operation& operation);

/// The answer of a read that moved `count` bytes. The model does not follow contents, so the value
/// of a one-number read is taken over from the observation.
Result bytes_read(const Transition& transition, const Operation& operation, std::uint32_t count);

/// The last reference of `file` is gone: its items go, then the file itself (R-B39, R-B40).
void release_file(Transition& transition, int file);

}  // namespace epollcheck
