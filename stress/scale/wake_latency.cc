// Wake latency: how long it takes from a write in one thread to the return of a wait that is
// blocked in another. See figures.h.
//
// That the waiter is blocked is read from the state of its thread in /proc (proc_pid_stat(5)), and
// never guessed by waiting some time. A wait has a time-out, so a wake-up that is lost shows as a
// latency of a second and not as a hanging program.

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "stress/scale/checked_calls.h"
#include "stress/scale/figures.h"

namespace epollcheck::scale {

namespace {

constexpr int kPatience_ms = 1000;

using Clock = std::chrono::steady_clock;

double now_ns() {
    return std::chrono::duration<double, std::nano>(Clock::now().time_since_epoch()).count();
}

/// The thread that waits, and what the writer knows of it.
class Waiter {
public:
    Waiter() : thread_([this] { serve(); }) {
        while (thread_id_.load() == 0) {
            sched_yield();
        }
        stat_ = ::open(fmt::format("/proc/self/task/{}/stat", thread_id_.load()).c_str(),
                       O_RDONLY | O_CLOEXEC);
    }
    ~Waiter() {
        ends_.store(true);
        wake();
        thread_.join();
        ::close(stat_);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// True if the thread sleeps; all that it ever sleeps in is its wait.
    [[nodiscard]] bool is_blocked() const {
        char text[256] = {};
        if (pread(stat_, text, sizeof text - 1, 0) <= 0) {
            throw ScaleError("cannot read the state of a thread in /proc/self/task");
        }
        const char* const name_end = std::strrchr(text, ')');
        return name_end != nullptr && name_end[1] == ' ' && name_end[2] == 'S';
    }
    void wake() const {
        const std::uint64_t one = 1;
        system_call::write(file_.fd(), &one, sizeof one);
    }
    /// How many waits have ended, and when the last one did.
    [[nodiscard]] std::size_t woken() const { return woken_.load(); }
    [[nodiscard]] double woken_at() const { return woken_at_.load(); }

private:
    void serve() {
        thread_id_.store(gettid());
        while (!ends_.load()) {
            epoll_event event{};
            const auto found = system_call::epoll_wait(instance_.fd(), &event, 1, kPatience_ms);
            const double now = now_ns();
            std::uint64_t count = 0;
            if (found == 1 && system_call::read(file_.fd(), &count, sizeof count) > 0) {
                woken_at_.store(now);
                woken_.fetch_add(1);
            }
        }
    }

    Descriptor file_ = make_eventfd(0);
    Descriptor instance_ = [this] {
        Descriptor made = make_instance();
        watch(made.fd(), file_.fd());
        return made;
    }();
    int stat_ = -1;
    std::atomic<int> thread_id_ = 0;
    std::atomic<bool> ends_ = false;
    std::atomic<std::size_t> woken_ = 0;
    std::atomic<double> woken_at_ = 0;
    std::thread thread_;  // last: it uses the others
};

std::vector<double> measure(std::size_t wakes, const std::function<bool()>& enough) {
    Waiter waiter;
    std::vector<double> latencies_us;
    while (latencies_us.size() < wakes && !enough()) {
        while (!waiter.is_blocked()) {
            sched_yield();
        }
        const double start = now_ns();
        waiter.wake();
        while (waiter.woken() == latencies_us.size()) {
            if (enough()) {
                return latencies_us;
            }
            sched_yield();
        }
        latencies_us.push_back((waiter.woken_at() - start) / 1000);
    }
    return latencies_us;
}

}  // namespace

void add_wake_latency(int wakes, const std::function<bool()>& enough,
                      std::vector<ScaleFigure>& figures) {
    const auto latencies_us = measure(static_cast<std::size_t>(wakes), enough);
    add_quantiles("wake_latency", latencies_us,
                  fmt::format("{} wakes of a blocked wait", latencies_us.size()), figures);
}

}  // namespace epollcheck::scale
