// The futex system call. See futex.h.

#include "harness/executor/futex.h"

#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "harness/executor/system_calls.h"

namespace epollcheck::futex {
namespace {

// The one with 64-bit time on every architecture.
#ifdef SYS_futex_time64
constexpr long kFutex = SYS_futex_time64;
#else
constexpr long kFutex = SYS_futex;
#endif

void call_wait(const Word& word, std::uint32_t value, const system_call::KernelTimespec* timeout) {
    // Every way to come back is the same to the caller, who looks at the word again.
    syscall(kFutex, &word, FUTEX_WAIT_PRIVATE, value, timeout, nullptr, 0);
}

}  // namespace

void wait_for(const Word& word, std::uint32_t value, long nanoseconds) {
    // The kernel is free to let a time-out end later, usually by 50 microseconds (prctl(2)).
    const int usual = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
    const system_call::KernelTimespec timeout = {0, nanoseconds};
    call_wait(word, value, &timeout);
    prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(usual), 0, 0, 0);
}

void wait(const Word& word, std::uint32_t value) { call_wait(word, value, nullptr); }

void wake(Word& word) { syscall(kFutex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0); }

}  // namespace epollcheck::futex
