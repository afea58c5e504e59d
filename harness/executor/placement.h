// Placement: which processor each thread of a crew runs on.
//
// Waking a thread on another processor costs many times what a program takes, on virtual machines
// above all, and the kernel's own choice changes from wake to wake. So each worker stays on one
// processor until the placement changes: those beside the coordinator are woken there, and of those
// on another processor one spins between two sections and wakes the others. T1 and T2 are never
// together unless there is only one processor; a third thread joins the one or the other.

#pragma once

#include <sched.h>

#include <cstdint>
#include <vector>

namespace epollcheck {

class Placement {
public:
    /// Learns which processors this thread may use.
    Placement();

    [[nodiscard]] int processors() const { return static_cast<int>(numbers_.size()); }
    /// Takes the placement that goes with a number; after so many they repeat.
    void choose(std::uint64_t number) { number_ = number % kPeriod; }
    static constexpr std::uint64_t kPeriod = 16;
    /// The index of the processor of the thread that coordinates, which is that of T1.
    [[nodiscard]] int home() const { return of(0); }
    /// The index of the processor of a worker.
    [[nodiscard]] int of(int worker) const {
        const std::uint64_t shift = worker < 2 ? number_ / 2 : number_;
        return static_cast<int>((static_cast<std::uint64_t>(worker) + shift) % numbers_.size());
    }
    /// Brings a thread of this process to its processor.
    void move_worker(int worker, int thread_id) const;
    /// Brings the calling thread to its processor, which it may leave again.
    void come_home() const;

private:
    std::vector<int> numbers_;  // of processors, by index
    cpu_set_t allowed_ = {};
    std::uint64_t number_ = 0;
};

}  // namespace epollcheck
