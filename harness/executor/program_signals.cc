// The signals of programs. See program_signals.h.

#include "harness/executor/program_signals.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

struct Number {
    std::uint32_t ours;
    int theirs;
};
constexpr Number kOwn[] = {{signal::kUser1, SIGUSR1}, {signal::kUser2, SIGUSR2}};
constexpr Number kOthers[] = {{signal::kKill, SIGKILL}, {signal::kStop, SIGSTOP}};

// The handler runs in the thread that runs the program.
thread_local volatile std::sig_atomic_t handled_count = 0;

extern "C" void epollcheck_on_program_signal(int) { handled_count = handled_count + 1; }

/// Which of the program's two signals are in `set`.
std::int64_t own_signals(const sigset_t& set) {
    std::uint32_t signals = 0;
    for (const Number& number : kOwn) {
        signals |= sigismember(&set, number.theirs) == 1 ? number.ours : 0;
    }
    return signals;
}

sigset_t both() { return signal_set(signal::kUser1 | signal::kUser2); }

}  // namespace

sigset_t signal_set(std::uint32_t signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const Number& number : kOwn) {
        if ((signals & number.ours) != 0) sigaddset(&set, number.theirs);
    }
    for (const Number& number : kOthers) {
        if ((signals & number.ours) != 0) sigaddset(&set, number.theirs);
    }
    return set;
}

void ProgramSignals::prepare() {
    if (prepared_) {
        return;
    }
    const sigset_t blocked = both();
    pthread_sigmask(SIG_BLOCK, &blocked, &mask_before_);
    struct sigaction action = {};
    action.sa_handler = epollcheck_on_program_signal;
    for (std::size_t i = 0; i < std::size(kOwn); ++i) {
        // A wait ends whether or not the handler asks for calls to be restarted (R-E9).
        action.sa_flags = kOwn[i].ours == signal::kUser2 ? SA_RESTART : 0;
        sigaction(kOwn[i].theirs, &action, &actions_before_[i]);  // fails for bad numbers only
    }
    prepared_ = true;
}

void ProgramSignals::restore() {
    if (!prepared_) {
        return;
    }
    const sigset_t thrown_away = both();
    pthread_sigmask(SIG_BLOCK, &thrown_away, nullptr);
    const timespec now = {};
    while (sigtimedwait(&thrown_away, nullptr, &now) > 0 || errno == EINTR) {
    }
    for (std::size_t i = 0; i < std::size(kOwn); ++i) {
        sigaction(kOwn[i].theirs, &actions_before_[i], nullptr);
    }
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    prepared_ = false;
}

std::int64_t ProgramSignals::send(std::uint32_t signals) {
    for (const Number& number : kOwn) {
        if ((signals & number.ours) != 0 &&
            syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number.theirs) != 0) {
            return -errno;
        }
    }
    return 0;
}

std::int64_t ProgramSignals::change_mask(std::int32_t how, std::uint32_t signals) {
    const sigset_t set = signal_set(signals);
    sigset_t before;
    sigset_t after;
    pthread_sigmask(SIG_BLOCK, nullptr, &before);
    after = before;
    // By hand, because SETMASK of a program must not touch what is none of its signals.
    for (const Number& number : kOwn) {
        const bool named = sigismember(&set, number.theirs) == 1;
        const bool blocked = sigismember(&before, number.theirs) == 1;
        const bool block = how == static_cast<std::int32_t>(MaskHow::kBlock)     ? blocked || named
                           : how == static_cast<std::int32_t>(MaskHow::kUnblock) ? blocked && !named
                                                                                 : named;
        (block ? sigaddset : sigdelset)(&after, number.theirs);
    }
    const int error = pthread_sigmask(SIG_SETMASK, &after, nullptr);
    return error != 0 ? -error : own_signals(before);
}

std::int64_t ProgramSignals::pending() {
    sigset_t set;
    sigpending(&set);
    return own_signals(set);
}

unsigned ProgramSignals::handled() { return static_cast<unsigned>(handled_count); }

}  // namespace epollcheck
