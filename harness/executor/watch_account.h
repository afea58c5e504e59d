// WatchAccount: an account (user id) of the program's own, nearly all of whose watches are used up.
//
// /proc/sys/fs/epoll/max_user_watches limits the items of one account over the whole system
// (SEMANTICS R-A17, R-A20). To see the limit without lowering it for everybody, a child process
// that belongs to an account nobody uses registers so many items that a few are left; instances
// that the program makes from then on are charged to that account, too. It is the real user id that
// counts, and credentials belong to a thread, so only the program's thread changes, and keeps its
// privileges.
//
// Needs the right to change user ids, and a limit that can be used up in reasonable time and
// memory.

#pragma once

#include <sys/types.h>

#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

class WatchAccount {
public:
    /// The largest limit that is used up: some 50 MB of kernel memory.
    static constexpr long kLargestLimit = 250'000;

    WatchAccount() = default;
    ~WatchAccount() { leave(); }
    WatchAccount(const WatchAccount&) = delete;
    WatchAccount& operator=(const WatchAccount&) = delete;

    /// True if enter() can work here.
    static bool is_possible();

    /// Charges what this thread makes from now on to an account that can watch `left` more
    /// descriptors.
    std::optional<HarnessError> enter(int left);
    /// Back to the account of before; all watches of the other one are returned. Does nothing
    /// outside.
    void leave();
    [[nodiscard]] bool is_entered() const { return filler_ > 0; }

private:
    pid_t filler_ = -1;  // the child that uses up the watches
    uid_t own_ = 0;      // the real user id of before
};

}  // namespace epollcheck
