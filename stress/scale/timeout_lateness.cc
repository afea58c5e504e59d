// Lateness of time-outs: by how much a wait lasts longer than it was told to. See figures.h.
//
// That it never ends early is a promise (epoll_wait(2)), which cases check (timeout/*). How late it
// ends is none: the manual page speaks of the granularity of the clock and of scheduling, so this
// is a figure, which nobody judges.

#include <fmt/format.h>
#include <sys/epoll.h>

#include <chrono>

#include "stress/scale/checked_calls.h"
#include "stress/scale/figures.h"

namespace epollcheck::scale {

void add_timeout_lateness(int waits, const std::function<bool()>& enough,
                          std::vector<ScaleFigure>& figures) {
    using Clock = std::chrono::steady_clock;
    using Microseconds = std::chrono::duration<double, std::micro>;
    constexpr int kTimeout_ms = 1;
    constexpr double kTimeout_us = 1000;
    const Descriptor file = make_eventfd(0);
    const Descriptor instance = make_instance();
    watch(instance.fd(), file.fd());
    std::vector<double> lateness_us;
    while (lateness_us.size() < static_cast<std::size_t>(waits) && !enough()) {
        epoll_event event{};
        const auto start = Clock::now();
        const auto found = system_call::epoll_wait(instance.fd(), &event, 1, kTimeout_ms);
        const Microseconds lasted = Clock::now() - start;
        if (found == 0) {
            lateness_us.push_back(lasted.count() - kTimeout_us);
        }
    }
    add_quantiles("timeout_lateness", lateness_us,
                  fmt::format("{} waits of {} ms", lateness_us.size(), kTimeout_ms), figures);
}

}  // namespace epollcheck::scale
