// RingThread: makes the io_uring requests of a program in a thread of its own, which can be ended.
//
// What io_uring cannot finish at once is carried out by kernel threads, which share the descriptor
// table that the submitting thread had when they were made and live as long as that thread. Once
// the process has a table of its own (unshare, close_range) they would go on with the old one, and
// the numbers of a request would name other files. So the thread ends before such a call, and at
// the end of each program.
//
// Source: io_uring_enter(2); create_io_thread of kernel/fork.c, io_uring/io-wq.c, Linux 6.18.

#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "harness/executor/system_calls.h"

namespace epollcheck {

class RingThread {
public:
    using Work = std::function<system_call::Outcome()>;

    RingThread() = default;
    ~RingThread() { end(); }
    RingThread(const RingThread&) = delete;
    RingThread& operator=(const RingThread&) = delete;

    /// What `work` gives in the thread, which is started if there is none.
    system_call::Outcome call(const Work& work);
    /// Ends the thread and with it the kernel threads that work for it. When it returns none of
    /// them holds a file any more.
    void end();

private:
    void start();
    void serve();

    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    const Work* work_ = nullptr;  // null: nothing to do, or it is done
    bool ending_ = false;
    unsigned long threads_before_ = 0;  // of the process, when this one was started
    system_call::Outcome outcome_ = 0;
};

}  // namespace epollcheck
