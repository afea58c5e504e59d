// IdleWatches. See idle_watches.h.

#include "stress/scale/idle_watches.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "stress/scale/kernel_memory.h"

namespace epollcheck::scale {

namespace {

/// Descriptors that others like to have: instances of other series, files in /proc.
constexpr std::size_t kSpareDescriptors = 2048;
constexpr std::size_t kMostNumbers = 100'000;
/// Bytes of the kernel for a watch, a generous guess; a quarter of what is available may be used.
/// All instances together have about half as many again as the largest.
constexpr double kBytesPerWatch = 300 * 1.5;
constexpr double kShareOfMemory = 0.25;
/// From so many watches on, what other processes do to the kernel's memory matters little.
constexpr std::size_t kEnoughToWeigh = 10'000;

}  // namespace

const std::vector<std::size_t>& IdleWatches::sizes() {
    static const std::vector<std::size_t> sizes = {10,     18,     32,      56,      100,
                                                   178,    316,    562,     1000,    3162,
                                                   10'000, 31'623, 100'000, 316'228, 1'000'000};
    return sizes;
}

IdleWatches::IdleWatches(const IdleLimits& limits) : ready_(make_eventfd(1)) {
    const std::size_t largest = affordable(limits);
    for (const std::size_t size : sizes()) {
        if (size <= largest) {
            instances_.push_back({make_instance(), size});
            watch(instances_.back().instance.fd(), ready_.fd());
        }
    }
    fill(instances_.empty() ? 0 : instances_.back().size, limits.enough);
}

IdleWatches::~IdleWatches() {
    instances_.clear();  // first: a watch whose file is gone would be looked for everywhere
    for (const int fd : numbers_) {
        ::close(fd);
    }
}

std::size_t IdleWatches::spare_descriptors() const {
    return std::min(kSpareDescriptors, limit_.limit() / 2);
}

std::size_t IdleWatches::descriptors_for_files() const {
    return (limit_.limit() - spare_descriptors()) / 8;
}

std::size_t IdleWatches::descriptors_for_numbers() const {
    return limit_.limit() - spare_descriptors() - descriptors_for_files();
}

std::size_t IdleWatches::affordable(const IdleLimits& limits) {
    std::size_t largest = limits.largest;
    const std::size_t files = limits.reuse_numbers ? descriptors_for_files() : 1;
    if (const std::size_t most = descriptors_for_numbers() * files; most < largest) {
        largest = most;
        notes_.push_back(
            fmt::format("at most {} watches, because this process may have {} "
                        "descriptors (ulimit -n)",
                        largest, limit_.limit()));
    }
    const double memory = kernel_memory_bytes("MemAvailable") * kShareOfMemory;
    if (memory > 0 && static_cast<double>(largest) * kBytesPerWatch > memory) {
        largest = static_cast<std::size_t>(memory / kBytesPerWatch);
        notes_.push_back(fmt::format("at most {} watches, because memory is short", largest));
    }
    return largest;
}

void IdleWatches::fill(std::size_t largest, const std::function<bool()>& enough) {
    if (largest == 0) {
        return;
    }
    files_.push_back(make_eventfd(0));
    while (numbers_.size() < std::min({largest, descriptors_for_numbers(), kMostNumbers})) {
        const int fd = dup(files_.front().fd());
        if (fd < 0) {
            break;
        }
        numbers_.push_back(fd);
    }
    for (std::size_t first = 0; first < largest && !numbers_.empty(); first += numbers_.size()) {
        if (!fill_layer(first, largest, enough)) {
            break;
        }
    }
    if (files_.size() > 1) {
        notes_.push_back(
            fmt::format("{} descriptors are watched {} times each, with another file behind them",
                        numbers_.size(), files_.size()));
        for (const int number : numbers_) {
            dup2(files_.front().fd(), number);
        }
    }
}

bool IdleWatches::fill_layer(std::size_t first, std::size_t largest,
                             const std::function<bool()>& enough) {
    if (first > 0) {
        files_.push_back(make_eventfd(0));
    }
    const double before = kernel_memory_bytes("SUnreclaim");
    const std::size_t end = std::min(first + numbers_.size(), largest);
    for (std::size_t index = first; index < end; ++index) {
        const bool is_late = index % 1024 == 0 && enough();
        const std::string reason =
            is_late ? "there was no more time" : add_watch(index, files_.back().fd());
        if (!reason.empty()) {
            leave_out(index, reason);
            return false;
        }
    }
    std::size_t added = 0;
    for (const IdleInstance& idle : instances_) {
        added += std::min(end, idle.size) - std::min(first, idle.size);
    }
    const double after = kernel_memory_bytes("SUnreclaim");
    if (before >= 0 && after > before && added >= kEnoughToWeigh) {
        bytes_per_watch_.push_back((after - before) / static_cast<double>(added));
    }
    return true;
}

std::string IdleWatches::add_watch(std::size_t index, int file) {
    const int number = numbers_[index % numbers_.size()];
    if (index >= numbers_.size() && dup2(file, number) < 0) {
        return fmt::format("dup2 failed: {}", std::strerror(errno));
    }
    for (auto idle = instances_.rbegin(); idle != instances_.rend() && idle->size > index; ++idle) {
        const auto answer = control(idle->instance.fd(), EPOLL_CTL_ADD, number, EPOLLIN);
        if (answer < 0) {
            return fmt::format("epoll_ctl refused watch {}: {}", index + 1,
                               std::strerror(static_cast<int>(-answer)));
        }
    }
    return "";
}

void IdleWatches::leave_out(std::size_t count, const std::string& reason) {
    while (!instances_.empty() && instances_.back().size > count) {
        instances_.pop_back();
    }
    notes_.push_back(fmt::format("at most {} watches: {}",
                                 instances_.empty() ? 0 : instances_.back().size, reason));
}

}  // namespace epollcheck::scale
