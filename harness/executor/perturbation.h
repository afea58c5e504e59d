// Perturbation: shifts the calls of a thread against those of the others, as a Schedule says.
//
// Races have windows of some ten nanoseconds. A thread spins before each call for a time that is
// drawn anew, so that many runs sweep the windows; it costs no system call on most runs. Now and
// then the thread yields its processor, and every so many seeds the threads are placed on the
// processors in another way and weigh more or less there. All of it follows from the seed.

#pragma once

#include <sched.h>

#include <cstdint>

#include "model/vocabulary/concurrent_trace.h"

namespace epollcheck {

class Perturbation {
public:
    Perturbation(const Schedule& schedule, int thread)
        : most_spin_(schedule.most_spin),
          state_((schedule.seed * 16 + static_cast<std::uint64_t>(thread)) * 0x9e3779b97f4a7c15U +
                 0x632be59bd9b4e019U) {}

    void before_call() {
        if (most_spin_ == 0) {
            return;
        }
        constexpr std::uint64_t kYieldEvery = 64;
        const std::uint64_t drawn = next();
        if (drawn % kYieldEvery == 0) {
            sched_yield();
        }
        // Short times as often as long ones: the range is drawn first.
        const std::uint64_t range = (most_spin_ >> ((drawn >> 8) % 8)) + 1;
        for (std::uint64_t steps = (drawn >> 16) % range; steps > 0; --steps) {
            next();
        }
    }

    /// Which way to place the threads and to weigh them goes with a seed: the same one for a run of
    /// neighbours.
    static std::uint64_t placement(const Schedule& schedule) {
        constexpr int kNeighboursLog2 = 9;
        return schedule.most_spin == 0 ? 0 : schedule.seed >> kNeighboursLog2;
    }

private:
    /// splitmix64; a dependent chain of some nanoseconds.
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
        mixed ^= mixed >> 31;
        sink_ = mixed;
        return mixed;
    }

    std::uint32_t most_spin_;
    std::uint64_t state_;
    volatile std::uint64_t sink_ = 0;  // each step counts, although its value is mostly unused
};

}  // namespace epollcheck
