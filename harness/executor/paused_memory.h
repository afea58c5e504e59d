// PausedMemory: pages that are not there until somebody fills them in.
//
// A wait whose event buffer lies in such a page stops where it stores its first event, with the
// lock of the instance held, and goes on when the page is filled in: so the middle of a harvest,
// which is some nanoseconds wide, becomes a place where other threads can act. A page that was
// filled in can be emptied again.
//
// The kernel lets its own faults be handled by those who have CAP_SYS_PTRACE, by everybody if
// /proc/sys/vm/unprivileged_userfaultfd is 1, and by who may open /dev/userfaultfd (6.1). Beyond
// these three there is no sound way: UFFD_USER_MODE_ONLY lets a fault of the kernel fail (EFAULT),
// as does a page without access; a page of a slow file is slow for a time that nobody can choose;
// and a file system of our own (FUSE) needs the right to mount.
//
// Source: userfaultfd(2), ioctl_userfaultfd(2), Documentation/admin-guide/mm/userfaultfd.rst.

#pragma once

#include <cstddef>
#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

class PausedMemory {
public:
    PausedMemory() = default;
    /// Nobody may be paused any more.
    ~PausedMemory();
    PausedMemory(const PausedMemory&) = delete;
    PausedMemory& operator=(const PausedMemory&) = delete;

    /// Makes that many pages, which opens a descriptor. An error says why there are none here.
    std::optional<HarnessError> open(int pages);
    [[nodiscard]] bool is_open() const { return pages_ != nullptr; }

    [[nodiscard]] void* page(int index) const;
    /// Who touches the page stops.
    void empty(int index);
    /// Who stopped goes on, and nobody stops there any more. Nothing happens without such memory.
    void fill(int index);

private:
    std::optional<HarnessError> map(std::size_t bytes);

    int descriptor_ = -1;
    char* pages_ = nullptr;
    std::size_t page_bytes_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace epollcheck
