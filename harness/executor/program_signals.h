// ProgramSignals: the signals that a program may play with: SIGUSR1, SIGUSR2, two real-time
// signals, and SIGURG, which stays ignored.
//
// A program starts with the others blocked and with a handler that does nothing but count; that of
// SIGUSR2 has SA_RESTART, which must make no difference. What they were before the program touched
// them comes back when it ends, and what is pending then is thrown away. CallTimer's signal is
// another one, which no mask of a program blocks.

#pragma once

#include <csignal>
#include <cstdint>

namespace epollcheck {

class ProgramSignals {
public:
    /// Undoes what a parent process may have left behind: a SIGURG that is blocked would stay
    /// pending, and where SIGCHLD is ignored children leave nothing to wait for.
    static void forget_inherited();

    /// Prepares the signals, unless that was done since restore().
    void prepare();
    /// Throws away what is pending and puts handlers and mask back. Does nothing unless prepared.
    void restore();

    enum class Target { kProcess, kThread };
    /// Sends each of `signals` (signal::k... of operation_table.h) to this process or thread. 0 or
    /// -errno.
    static std::int64_t send(Target target, std::uint32_t signals);
    /// Changes the mask of this thread as sigprocmask(2) does; `how` is a MaskHow. Answers which of
    /// the signals were blocked before, or -errno.
    static std::int64_t change_mask(std::int32_t how, std::uint32_t signals);
    /// Which of them are pending, and which are blocked.
    static std::int64_t pending();
    static std::int64_t blocked();
    /// Lets handlers count, as prepare() does, in a process that has executed something.
    static void handle_again();
    /// The number of one signal::k....
    static int number(std::uint32_t signal);
    /// Signals that were handled so far; only differences mean something.
    static unsigned handled();

private:
    static void handle(struct sigaction* before);

    bool prepared_ = false;
    sigset_t mask_before_ = {};
    struct sigaction actions_before_[4] = {};
};

/// The signal set for a mask argument: `signals` and nothing else.
sigset_t signal_set(std::uint32_t signals);

}  // namespace epollcheck
