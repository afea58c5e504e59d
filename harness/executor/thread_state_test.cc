// What threads do is seen for what it is: waiting for an event, or for the kernel.

#include "harness/executor/thread_state.h"

#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

namespace epollcheck {
namespace {

/// A thread that calls `wait`, and a pipe whose writer ends that.
template <class Wait>
class Waiting {
public:
    explicit Waiting(Wait wait) {
        REQUIRE(pipe(ends_.data()) == 0);
        thread_ = std::thread([this, wait] {
            id_ = static_cast<int>(syscall(SYS_gettid));
            wait(ends_[0]);
        });
        while (id_ == 0) {
            std::this_thread::yield();
        }
        REQUIRE_FALSE(state_.open(id_));
    }
    ~Waiting() {
        close(ends_[1]);
        thread_.join();
        close(ends_[0]);
    }

    [[nodiscard]] const ThreadState& state() const { return state_; }

private:
    std::array<int, 2> ends_{};
    std::atomic<int> id_{0};
    std::thread thread_;
    ThreadState state_;
};

/// The first time that one of the two is true.
void await_sleep(const ThreadState& state) {
    while (!state.sleeps_or_waits_for_kernel()) {
        std::this_thread::yield();
    }
}

TEST_CASE("a thread that reads an empty pipe sleeps", "[executor]") {
    const Waiting waiting([](int end) {
        char byte = 0;
        static_cast<void>(read(end, &byte, 1));
    });
    await_sleep(waiting.state());
    CHECK(waiting.state().sleeps());
    CHECK(waiting.state().sleeps_or_waits_for_kernel());
}

TEST_CASE("a thread that waits for the kernel does not wait for the program", "[executor]") {
    // The kernel lets it go on when the child has ended, which waits for the pipe.
    const Waiting waiting([](int end) {
        const long child =
            syscall(SYS_clone, CLONE_VFORK | CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, 0);
        if (child == 0) {
            char byte = 0;
            static_cast<void>(read(end, &byte, 1));
            _exit(0);
        }
        waitpid(static_cast<pid_t>(child), nullptr, 0);
    });
    await_sleep(waiting.state());
    CHECK_FALSE(waiting.state().sleeps());
    CHECK(waiting.state().sleeps_or_waits_for_kernel());
}

}  // namespace
}  // namespace epollcheck
