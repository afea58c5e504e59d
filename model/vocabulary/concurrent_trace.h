// Concurrent traces: what a program of several threads answered, and when its calls overlapped.
//
// Every call has two positions in one total order of all beginnings and ends. They are tickets of
// one atomic counter: one is drawn before the call is made and one after it returned. If the end of
// a call has a smaller ticket than the beginning of another one, the first call had returned before
// the second was made, on whatever cores they ran: drawing is a read-modify-write, so all tickets
// lie in one modification order, and a thread draws its own in program order. The other direction
// is not promised and not needed: calls that did not overlap may look as if they had, which only
// makes more answers possible.
//
// Nothing here is about time. Whether a call waits is an observation of its thread's state.

#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "model/vocabulary/result.h"

namespace epollcheck {

/// When a call was made and when it returned, as positions in the order of all tickets.
struct CallInterval {
    static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

    std::uint64_t begin = kNever;  // kNever: it was not made
    std::uint64_t end = kNever;    // kNever: it did not return by itself
    // Every thread of the program slept or was done at one instant, and this call was one of those
    // that slept. It was then ended by a signal, and its answer in the trace is what that brought
    // forth: kBlocked if it had nothing to say, as is right.
    bool blocked = false;

    friend bool operator==(const CallInterval&, const CallInterval&) = default;
};

/// The answers of one run of a program of several threads.
struct ConcurrentTrace {
    Trace answers;                        // one per operation, in program order
    std::vector<CallInterval> intervals;  // likewise

    void clear() {
        answers.clear();
        intervals.clear();
    }

    friend bool operator==(const ConcurrentTrace&, const ConcurrentTrace&) = default;
};

/// How the threads of a run are shifted against each other. Everything follows from the numbers, so
/// a run can be repeated as far as the machine allows.
struct Schedule {
    std::uint64_t seed = 0;
    // The most that a thread spins before a call, in steps of a few nanoseconds. The time is drawn
    // for each call, so that many runs sweep the window of a race. 0: no perturbation at all.
    std::uint32_t most_spin = 0;

    friend bool operator==(const Schedule&, const Schedule&) = default;
};

}  // namespace epollcheck
