// A thread that sleeps and spins on demand, and what ThreadState says about it. See thread_probe.h.

#include "harness/executor/thread_probe.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>

#include "harness/executor/futex.h"
#include "harness/executor/thread_state.h"

namespace epollcheck {
namespace {

constexpr std::uint32_t kSpin = 1;
constexpr std::uint32_t kSleep = 2;
constexpr std::uint32_t kEnd = 3;

/// Looks until it is as expected. False if that never happens.
template <class Condition>
bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
    }
    return true;
}

void obey(futex::Word& order, futex::Word& thread_id) {
    thread_id = static_cast<std::uint32_t>(gettid());
    while (order != kEnd) {
        if (order == kSleep) {
            futex::wait(order, kSleep);
        }
    }
}

bool tells_sleep_from_work(const ThreadState& state, futex::Word& order) {
    if (!comes_true([&] { return !state.sleeps(); })) {
        return false;
    }
    order = kSleep;
    if (!comes_true([&] { return state.sleeps(); })) {
        return false;
    }
    if (!state.counts_runs()) {
        return true;
    }
    const std::uint64_t runs = state.runs();
    if (!state.sleeps() || state.runs() != runs) {
        return false;
    }
    futex::wake(order);  // it looks at the order again, and sleeps on
    return comes_true([&] { return state.runs() != runs; });
}

}  // namespace

bool can_watch_threads() {
    futex::Word order{kSpin};
    futex::Word thread_id{0};
    std::thread thread;
    try {
        thread = std::thread([&] { obey(order, thread_id); });
    } catch (const std::system_error&) {
        return false;
    }
    bool can_watch = false;
    {
        ThreadState state;
        can_watch = comes_true([&] { return thread_id != 0; }) &&
                    !state.open(static_cast<int>(thread_id.load())) &&
                    tells_sleep_from_work(state, order);
    }
    order = kEnd;
    futex::wake(order);
    thread.join();
    return can_watch;
}

}  // namespace epollcheck
