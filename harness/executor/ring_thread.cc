// The thread of io_uring requests. See ring_thread.h.

#include "harness/executor/ring_thread.h"

#include <csignal>

namespace epollcheck {

/// Signals are for the thread that runs the program, so all are blocked in this one.
void RingThread::start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ending_ = false;
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void RingThread::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return ending_ || work_ != nullptr; });
        if (work_ == nullptr) {
            return;
        }
        outcome_ = (*work_)();
        work_ = nullptr;
        changed_.notify_all();
    }
}

system_call::Outcome RingThread::call(const Work& work) {
    if (!thread_.joinable()) {
        start();
    }
    std::unique_lock lock(mutex_);
    work_ = &work;
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_ == nullptr; });
    return outcome_;
}

void RingThread::end() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

}  // namespace epollcheck
