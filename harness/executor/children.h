// Children: processes that a program makes, each with a pidfd, and that wait until they are killed.
//
// A child has closed all its descriptors before spawn() returns: a copy in a child would keep open
// what the program closes. It does nothing but wait, it ends with the thread that made it, and the
// executor ends and reaps what a program leaves.

#pragma once

#include <cstdint>
#include <vector>

#include "harness/executor/system_calls.h"

namespace epollcheck {

class Children {
public:
    using Outcome = system_call::Outcome;
    using Process = std::int64_t;  // process id; 0: none

    Children() = default;
    ~Children() { remove(); }
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;

    /// Makes a child and answers a pidfd for it, -errno if that fails. `process` is set to its id.
    Outcome spawn(Process& process);
    /// Tells the child behind `pidfd` to end. It does so some time later.
    Outcome kill(int pidfd, Process process);
    /// Waits for the end of the child behind `pidfd` and takes it.
    Outcome reap(int pidfd, Process process);

    /// True if `process` was told to end, so that reaping it does not wait for long.
    [[nodiscard]] bool was_killed(Process process) const;
    /// True if a child that was told to end has not ended yet.
    [[nodiscard]] bool any_is_ending() const;
    /// True if `process` has ended and was not reaped. When it says so, the kernel has finished
    /// waking those who wait for that end: this look takes the lock that is held meanwhile
    /// (tasklist_lock, exit_notify), which a poll of a pidfd does not.
    static bool has_ended(Process process);

    /// Ends and reaps all children that are left.
    void remove();

private:
    struct Child {
        Process process;
        bool killed;
    };

    std::vector<Child> children_;  // not reaped yet
};

}  // namespace epollcheck
