// The signals of programs. See program_signals.h.

#include "harness/executor/program_signals.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kOwn[] = {signal::kUser1, signal::kUser2, signal::kRealTime,
                                  signal::kRealTime1};

// The handler runs in the thread that runs the program.
thread_local volatile std::sig_atomic_t handled_count = 0;

extern "C" void epollcheck_on_program_signal(int) { handled_count = handled_count + 1; }

/// Which of the program's signals are in `set`.
std::int64_t own_signals(const sigset_t& set) {
    std::uint32_t signals = 0;
    for (const std::uint32_t own : kOwn) {
        signals |= sigismember(&set, ProgramSignals::number(own)) == 1 ? own : 0;
    }
    return signals;
}

sigset_t all_own() { return signal_set(kOwnSignals); }

}  // namespace

int ProgramSignals::number(std::uint32_t signal) {
    switch (signal) {
        case signal::kUser1:
            return SIGUSR1;
        case signal::kUser2:
            return SIGUSR2;
        case signal::kRealTime:
            return SIGRTMIN;
        case signal::kRealTime1:
            return SIGRTMIN + 1;
        case signal::kUrgent:
            return SIGURG;
        case signal::kKill:
            return SIGKILL;
        default:
            return SIGSTOP;
    }
}

sigset_t signal_set(std::uint32_t signals) {
    sigset_t set;
    sigemptyset(&set);
    for (std::uint32_t signal = signal::kUser1; signal <= signal::kStop; signal <<= 1) {
        if ((signals & signal) != 0) sigaddset(&set, ProgramSignals::number(signal));
    }
    return set;
}

void ProgramSignals::forget_inherited() {
    sigset_t relied_on;
    sigemptyset(&relied_on);
    sigaddset(&relied_on, SIGURG);
    sigaddset(&relied_on, SIGCHLD);
    pthread_sigmask(SIG_UNBLOCK, &relied_on, nullptr);
    struct sigaction children = {};
    sigaction(SIGCHLD, nullptr, &children);
    if (children.sa_handler == SIG_IGN) {
        std::signal(SIGCHLD, SIG_DFL);
    }
}

void ProgramSignals::prepare() {
    if (prepared_) {
        return;
    }
    const sigset_t blocked = all_own();
    pthread_sigmask(SIG_BLOCK, &blocked, &mask_before_);
    handle(actions_before_);
    prepared_ = true;
}

void ProgramSignals::handle_again() {
    struct sigaction before[std::size(kOwn)];
    handle(before);
}

void ProgramSignals::handle(struct sigaction* before) {
    struct sigaction action = {};
    action.sa_handler = epollcheck_on_program_signal;
    for (std::size_t i = 0; i < std::size(kOwn); ++i) {
        // A wait ends whether or not the handler asks for calls to be restarted (R-E9).
        action.sa_flags = kOwn[i] == signal::kUser2 ? SA_RESTART : 0;
        sigaction(number(kOwn[i]), &action, &before[i]);  // fails for bad numbers only
    }
}

void ProgramSignals::restore() {
    if (!prepared_) {
        return;
    }
    const sigset_t thrown_away = all_own();
    pthread_sigmask(SIG_BLOCK, &thrown_away, nullptr);
    const timespec now = {};
    while (sigtimedwait(&thrown_away, nullptr, &now) > 0 || errno == EINTR) {
    }
    for (std::size_t i = 0; i < std::size(kOwn); ++i) {
        sigaction(ProgramSignals::number(kOwn[i]), &actions_before_[i], nullptr);
    }
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    prepared_ = false;
}

std::int64_t ProgramSignals::send(Target target, std::uint32_t signals) {
    const auto send_one = [target](int number) {
        return target == Target::kProcess
                   ? ::kill(getpid(), number)
                   : static_cast<int>(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number));
    };
    for (std::uint32_t signal = signal::kUser1; signal <= signal::kUrgent; signal <<= 1) {
        if ((signals & signal) != 0 && send_one(ProgramSignals::number(signal)) != 0) {
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
    for (const std::uint32_t own : kOwn) {
        const int number = ProgramSignals::number(own);
        const bool named = sigismember(&set, number) == 1;
        const bool blocked = sigismember(&before, number) == 1;
        const bool block = how == static_cast<std::int32_t>(MaskHow::kBlock)     ? blocked || named
                           : how == static_cast<std::int32_t>(MaskHow::kUnblock) ? blocked && !named
                                                                                 : named;
        (block ? sigaddset : sigdelset)(&after, number);
    }
    const int error = pthread_sigmask(SIG_SETMASK, &after, nullptr);
    return error != 0 ? -error : own_signals(before);
}

std::int64_t ProgramSignals::pending() {
    sigset_t set;
    sigpending(&set);
    return own_signals(set);
}

std::int64_t ProgramSignals::blocked() {
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, nullptr, &set);
    return own_signals(set);
}

unsigned ProgramSignals::handled() { return static_cast<unsigned>(handled_count); }

}  // namespace epollcheck
