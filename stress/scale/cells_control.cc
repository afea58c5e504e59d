// Cells of epoll_ctl, against the length of the interest list. See cells.h.
//
// The same few watches, spread over the list, are taken out and put back again and again. So the
// way to them stays in the caches, and what is measured is how many steps it has; with keys at
// random the misses would be measured, which grow by other laws.

#include <sys/epoll.h>

#include <algorithm>

#include "stress/scale/cells.h"

namespace epollcheck::scale {

namespace {

constexpr std::size_t kKeys = 32;

/// Some of the descriptors that an instance watches, those of the first file.
std::vector<int> keys_of(const IdleWatches& watches, std::size_t size) {
    std::vector<int> keys;
    const std::size_t numbers = std::min(size, watches.numbers().size());
    const std::size_t count = std::min(numbers, kKeys);
    for (std::size_t i = 0; i < count; ++i) {
        keys.push_back(watches.numbers()[i * numbers / count + numbers / count / 2]);
    }
    return keys;
}

/// One call for each key; the time they took.
double measure_pass(int instance, int operation, const std::vector<int>& keys) {
    system_call::Outcome sum = 0;
    const double start = processor_ns();
    for (const int fd : keys) {
        sum += control(instance, operation, fd, EPOLLIN);
    }
    const double spent = processor_ns() - start;
    expect("the sum of so many epoll_ctl", sum, 0);
    return spent;
}

/// At least `calls` calls in whole passes; the time of `calls` of them.
double measure_control(int instance, int operation, const std::vector<int>& keys, int calls) {
    double spent = 0;
    int made = 0;
    while (made < calls) {
        if (operation == EPOLL_CTL_MOD) {
            spent += measure_pass(instance, EPOLL_CTL_MOD, keys);
        } else {
            const double without = measure_pass(instance, EPOLL_CTL_DEL, keys);
            const double with = measure_pass(instance, EPOLL_CTL_ADD, keys);
            spent += operation == EPOLL_CTL_DEL ? without : with;
        }
        made += static_cast<int>(keys.size());
    }
    return spent * calls / made;
}

}  // namespace

void add_control_cells(const IdleWatches& watches, std::vector<Cell>& cells) {
    constexpr struct {
        const char* name;
        int operation;
    } kSeries[] = {{"add", EPOLL_CTL_ADD}, {"mod", EPOLL_CTL_MOD}, {"del", EPOLL_CTL_DEL}};
    for (const auto& series : kSeries) {
        for (const IdleInstance& idle : watches.instances()) {
            cells.push_back({series.name, static_cast<double>(idle.size),
                             [fd = idle.instance.fd(), operation = series.operation,
                              keys = keys_of(watches, idle.size)](int calls) {
                                 return measure_control(fd, operation, keys, calls);
                             }});
        }
    }
}

}  // namespace epollcheck::scale
