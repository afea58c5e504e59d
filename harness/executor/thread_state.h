// ThreadState: whether a thread of this process, or of a child, sleeps, and whether it has run
// since.
//
// That a call waits is nothing that its caller can say, and how long it has not returned says
// little on a busy machine. The kernel knows, but no single file of /proc/self/task/TID tells:
//
// * reading `syscall` waits until the thread is either running for certain ("running") or off its
//   processor. But a thread that was woken from another processor, and whose own one has not heard
//   of it yet (TASK_WAKING), counts as off it;
// * the letter of `stat` is S or D for a thread that sleeps, and for one that is about to, some
//   instructions before it leaves its processor. It is R for one that was woken;
// * `schedstat` has the number of times that the thread was put on a processor.
//
// So a thread that was off its processor when the first was read, has S in the second, and was not
// put on a processor meanwhile, slept when the second was read: it could not come to S otherwise.
// And a thread that slept at two instants, with the same number before the first and after the
// second one, slept all the time between, because it cannot be woken and sleep again without
// running.
//
// D is a thread that waits for the kernel itself: for a lock that a process has that is not on a
// processor now, or for a page. It goes on without the program's doing, unless who has the lock is
// held up by the program: a harvest that pauses.
//
// Where nobody counts (gVisor) the letter is all there is, and it stays S until a thread that was
// woken has a processor. There a thread is taken to sleep if the letter is S in many looks that go
// on for a while (crew_watch.cc): the one thing here that is a matter of time.
//
// Source: proc_pid_syscall(), proc_pid_schedstat() of fs/proc/base.c, wait_task_inactive() of
// kernel/sched/core.c, Linux 6.18.

#pragma once

#include <cstdint>
#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

class ThreadState {
public:
    ThreadState() = default;
    /// Closes what it reads.
    ~ThreadState();
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;

    /// Looks at the thread with this id from now on, which opens descriptors.
    std::optional<HarnessError> open(int thread_id);
    /// Looks at the only thread of `process` instead, a child of this one. The descriptors keep
    /// their numbers, but nobody may open any meanwhile.
    std::optional<HarnessError> turn_to(int process);

    /// True if the thread slept at an instant during this call, until something happens to it.
    /// Any thread may ask.
    [[nodiscard]] bool sleeps() const { return sleeping_letter() == 'S'; }
    /// The same, or it waited for the kernel.
    [[nodiscard]] bool sleeps_or_waits_for_kernel() const { return sleeping_letter() != 0; }
    /// How often it was put on a processor; only differences mean something. Always 0 if
    /// counts_runs() is false.
    [[nodiscard]] std::uint64_t runs() const;
    [[nodiscard]] bool counts_runs() const { return schedstat_ >= 0 || status_ >= 0; }

private:
    [[nodiscard]] char sleeping_letter() const;
    void do_without_silent_file();

    int syscall_ = -1;  // the files, or -1
    int stat_ = -1;
    int schedstat_ = -1;
    int status_ = -1;
};

}  // namespace epollcheck
