// Signals that a program sends to itself, and the descriptors that show them.
//
// A program that is about signals runs with those that it can send blocked (signal_names()), so
// that they stay pending until a signalfd is read. Afterwards none is left, and the mask is what it
// was.

#include <cerrno>
#include <csignal>
#include <ctime>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr int kBlockedSignals = 4;  // of signal_names(); the last one is ignored

extern "C" void epollcheck_on_signal(int) {}

sigset_t set_of(std::uint64_t bits) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < static_cast<int>(signal_names().size()); ++i) {
        if ((bits >> i & 1) != 0) {
            sigaddset(&set, abi::signal_number(i));
        }
    }
    return set;
}

sigset_t blocked_set() { return set_of((1U << kBlockedSignals) - 1); }

}  // namespace

std::optional<HarnessError> Interpreter::block_signals() {
    if (!has_handlers_) {
        // A wait with an empty mask may let one through, which must not end the process.
        struct sigaction action = {};
        action.sa_handler = epollcheck_on_signal;
        sigfillset(&action.sa_mask);
        for (int i = 0; i < kBlockedSignals; ++i) {
            if (sigaction(abi::signal_number(i), &action, nullptr) != 0) {
                return cannot("handle the signals of programs", errno);
            }
        }
        has_handlers_ = true;
    }
    const sigset_t blocked = blocked_set();
    if (pthread_sigmask(SIG_BLOCK, &blocked, &mask_before_) != 0) {
        return cannot("block the signals of programs", errno);
    }
    return std::nullopt;
}

void Interpreter::take_signals() {
    const sigset_t blocked = blocked_set();
    const timespec at_once = {};
    while (sigtimedwait(&blocked, nullptr, &at_once) > 0 || errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

Interpreter::Outcome Interpreter::create_signalfd(const Operation& operation) {
    const sigset_t shown = set_of(operation.value);
    return system_call::signalfd(-1, &shown, abi::signalfd_flags(operation.flags));
}

Result Interpreter::signal_call(const Operation& operation) {
    if (operation.kind == OperationKind::kSignalfdMask) {
        const int fd = number_of(operation.fd);
        if (fd == -1) {
            return plain(-EBADF);  // it would make a new one
        }
        const sigset_t shown = set_of(operation.value);
        const Outcome outcome = system_call::signalfd(fd, &shown, 0);
        return plain(outcome > 0 ? 0 : outcome);
    }
    const int signal = abi::signal_number(operation.number);
    const Outcome outcome = operation.kind == OperationKind::kKill
                                ? system_call::kill_self(signal)
                                : system_call::kill_thread(signal);
    return outcome == -EAGAIN
               ? fail({"a program could not queue a signal: raise the limit of pending signals "
                       "(ulimit -i)."})
               : plain(outcome);
}

}  // namespace epollcheck
