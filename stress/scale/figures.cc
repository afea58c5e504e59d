// Figures that need no thread. See figures.h.

#include "stress/scale/figures.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <algorithm>

#include "stress/scale/kernel_memory.h"
#include "stress/scale/ready_files.h"

namespace epollcheck::scale {

namespace {

constexpr std::size_t kFairFiles = 64;
constexpr int kFairMaxEvents = 10;  // no divisor of 64, so a fair order has to go on where it ended
constexpr int kFairTurns = 100;     // reports that are each file's share

Estimate exactly(double value) { return {value, value, value}; }

}  // namespace

void add_throughput(const Series& harvests, std::vector<ScaleFigure>& figures) {
    for (const Point& point : harvests.points) {
        std::vector<double> rates;
        for (const double cost : point.costs) {
            rates.push_back(point.size / cost * 1e9);
        }
        if (!rates.empty()) {
            figures.push_back({fmt::format("events_per_second_{:.0f}", point.size), "1/s",
                               estimate_quantile(rates, 0.5),
                               "of processor time, with this maxevents"});
        }
    }
}

void add_memory(const std::vector<double>& measured, std::vector<ScaleFigure>& figures) {
    const double object = slab_cache("eventpoll_epi").object_bytes;
    const std::string of_which =
        object > 0 ? fmt::format("; eventpoll_epi in /proc/slabinfo is {:.0f} of it", object) : "";
    if (!measured.empty()) {
        figures.push_back({"bytes_per_watch", "B", estimate_quantile(measured, 0.5),
                           "growth of SUnreclaim in /proc/meminfo" + of_which});
    } else if (const double bytes = watch_bytes_by_limit(); bytes > 0) {
        figures.push_back({"bytes_per_watch", "B", exactly(bytes),
                           "4% of the memory over max_user_watches" + of_which});
    }
}

void add_fairness(std::vector<ScaleFigure>& figures) {
    const ReadyFiles ready(kFairFiles);
    std::vector<int> reports(static_cast<std::size_t>(ready.files.back().fd()) + 1);
    constexpr int kAll = static_cast<int>(kFairFiles) * kFairTurns;
    for (int reported = 0; reported < kAll; reported += kFairMaxEvents) {
        epoll_event events[kFairMaxEvents];
        expect("epoll_wait of ready files",
               system_call::epoll_wait(ready.instance.fd(), events, kFairMaxEvents, 0),
               kFairMaxEvents);
        for (const epoll_event& event : events) {
            ++reports.at(static_cast<std::size_t>(event.data.u64));
        }
    }
    int least = kAll;
    int most = 0;
    for (const Descriptor& file : ready.files) {
        const int count = reports[static_cast<std::size_t>(file.fd())];
        least = std::min(least, count);
        most = std::max(most, count);
    }
    const std::string note = fmt::format(
        "of {} files that are always ready, maxevents {}; 1 is fair", kFairFiles, kFairMaxEvents);
    figures.push_back({"fairness_least_share", "", exactly(double{1} * least / kFairTurns), note});
    figures.push_back({"fairness_most_share", "", exactly(double{1} * most / kFairTurns), note});
}

void add_quantiles(const std::string& name, const std::vector<double>& values_us,
                   const std::string& note, std::vector<ScaleFigure>& figures) {
    if (values_us.empty()) {
        return;
    }
    constexpr struct {
        const char* name;
        double share;
    } kQuantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}};
    for (const auto& quantile : kQuantiles) {
        figures.push_back({fmt::format("{}_{}", name, quantile.name), "us",
                           estimate_quantile(values_us, quantile.share), note});
    }
}

}  // namespace epollcheck::scale
