// Waiting for a number in memory to change, futex(2).
//
// std::atomic::wait has no time-out, and yields the processor before it sleeps. A thread that
// yields on a busy machine forfeits its turn, for milliseconds; one that sleeps is served when it
// wakes.

#pragma once

#include <atomic>
#include <cstdint>

namespace epollcheck::futex {

using Word = std::atomic<std::uint32_t>;

/// Sleeps while `word` is `value`, for `nanoseconds` at the most, or less without a reason.
void wait_for(const Word& word, std::uint32_t value, long nanoseconds);
/// The same without end.
void wait(const Word& word, std::uint32_t value);
/// Wakes all who sleep there.
void wake(Word& word);

/// Spins until `condition()` holds or some `steps` have passed, a few ten nanoseconds each. True if
/// it holds.
template <class Condition>
bool spin(int steps, Condition condition) {
    while (!condition()) {
        if (steps-- == 0) {
            return false;
        }
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#else
        std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
    }
    return true;
}

}  // namespace epollcheck::futex
