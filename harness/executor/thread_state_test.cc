// What threads do is seen for what it is: waiting for an event, or for the kernel.

#include "harness/executor/thread_state.h"

#include <sched.h>
#include <sys/socket.h>
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

/// Says that it is there, and waits until the other end is closed.
void wait_at(int end) {
    char byte = 0;
    static_cast<void>(write(end, &byte, 1));
    static_cast<void>(read(end, &byte, 1));
}

/// A thread that calls `wait(end)`, from where on that called wait_at(end).
template <class Wait>
class Waiting {
public:
    explicit Waiting(Wait wait) {
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0);
        thread_ = std::thread([this, wait] {
            id_ = static_cast<int>(syscall(SYS_gettid));
            wait(ends_[0]);
        });
        char byte = 1;
        static_cast<void>(read(ends_[1], &byte, 1));
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

TEST_CASE("a thread that waits for an event sleeps", "[executor]") {
    const Waiting waiting(wait_at);
    while (!waiting.state().sleeps()) {
        std::this_thread::yield();
    }
    CHECK(waiting.state().sleeps_or_waits_for_kernel());
}

TEST_CASE("a thread that waits for the kernel does not wait for the program", "[executor]") {
    // With CLONE_VFORK the kernel lets it go on when its child has ended.
    const Waiting waiting([](int end) {
        const long child =
            syscall(SYS_clone, CLONE_VFORK | CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, 0);
        if (child == 0) {
            wait_at(end);
            _exit(0);
        }
        waitpid(static_cast<pid_t>(child), nullptr, 0);
    });
    while (!waiting.state().sleeps_or_waits_for_kernel()) {
        std::this_thread::yield();
    }
    CHECK_FALSE(waiting.state().sleeps());
}

}  // namespace
}  // namespace epollcheck
