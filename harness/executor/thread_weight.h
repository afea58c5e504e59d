// How much a thread of a crew weighs when it competes for a processor: its policy and nice value.
//
// On one processor who is woken either takes over at once or waits until the other one sleeps.
// Which of the two it is depends on weights and policies (sched(7)): a thread of SCHED_BATCH does
// not take over, and one with a high nice value is taken over from. Nothing is promised; the
// weights only bring forth orders that are rare otherwise.

#pragma once

#include <cstdint>

namespace epollcheck {

class ThreadWeights {
public:
    /// Weighs a worker as it goes with `number`; 0 is as usual. Where that is forbidden it weighs
    /// what it did.
    void weigh(int worker, int thread_id, std::uint64_t number);

private:
    // A thread that was made nicer needs a privilege to come back.
    bool may_be_nice_ = may_come_back();
    static bool may_come_back();
};

}  // namespace epollcheck
