// The thread of io_uring requests. See ring_thread.h.

#include "harness/executor/ring_thread.h"

#include <sched.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>

namespace epollcheck {

namespace {

constexpr std::chrono::seconds kPatience{10};

/// The threads of this process, those of io_uring among them; 0 without /proc. The directory has a
/// link for each thread and two more (proc_task_getattr() of fs/proc/base.c).
unsigned long count_threads() {
    struct stat task = {};
    return stat("/proc/self/task", &task) == 0 ? static_cast<unsigned long>(task.st_nlink) - 2 : 0;
}

}  // namespace

/// Signals are for the thread that runs the program, so all are blocked in this one.
void RingThread::start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ending_ = false;
    threads_before_ = count_threads();
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
    // A thread is joined before it has let go of its descriptor table, and those that the kernel
    // made for it end later still. The limit is for a process that starts others meanwhile.
    const auto latest = std::chrono::steady_clock::now() + kPatience;
    while (count_threads() > threads_before_ && std::chrono::steady_clock::now() < latest) {
        sched_yield();
    }
}

}  // namespace epollcheck
