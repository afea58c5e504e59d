// Cells of epoll_wait, poll and select: who is ready, among many that are not. See cells.h.
//
// They take turns on the same descriptors. poll and select read a list of all of them in each call,
// so they are known to be linear; that they come out so shows that the measuring works.

#include <poll.h>
#include <sys/epoll.h>

#include <cstring>

#include "harness/executor/descriptor_set.h"
#include "stress/scale/cells.h"

namespace epollcheck::scale {

namespace {

double measure_waits(int instance, int calls) {
    epoll_event events[16];
    system_call::Outcome sum = 0;
    const double start = processor_ns();
    for (int i = 0; i < calls; ++i) {
        sum += system_call::epoll_wait(instance, events, 16, 0);
    }
    const double spent = processor_ns() - start;
    expect("the sum of so many epoll_wait", sum, calls);
    return spent;
}

double measure_polls(std::vector<pollfd>& list, int calls) {
    long sum = 0;
    const double start = processor_ns();
    for (int i = 0; i < calls; ++i) {
        sum += ::poll(list.data(), list.size(), 0);
    }
    const double spent = processor_ns() - start;
    expect("the sum of so many poll", sum, calls);
    return spent;
}

/// A set is overwritten by the answer, so making it anew is part of the cost.
double measure_selects(DescriptorSet& asked, DescriptorSet& scratch, int count, int calls) {
    system_call::Outcome sum = 0;
    const double start = processor_ns();
    for (int i = 0; i < calls; ++i) {
        scratch = asked;
        sum += system_call::select_now(count, scratch.data(), nullptr, nullptr);
    }
    const double spent = processor_ns() - start;
    expect("the sum of so many select", sum, calls);
    return spent;
}

}  // namespace

void add_wait_cells(const IdleWatches& watches, std::vector<Cell>& cells) {
    for (const IdleInstance& idle : watches.instances()) {
        cells.push_back(
            {"wait", static_cast<double>(idle.size),
             [fd = idle.instance.fd()](int calls) { return measure_waits(fd, calls); }});
    }
}

void add_poll_cells(const IdleWatches& watches, std::vector<Cell>& cells) {
    for (const IdleInstance& idle : watches.instances()) {
        if (idle.size > watches.numbers().size()) {
            return;  // a list is no longer than descriptors can be
        }
        std::vector<pollfd> list;
        for (std::size_t i = 0; i < idle.size; ++i) {
            list.push_back({watches.numbers()[i], POLLIN, 0});
        }
        list.push_back({watches.ready(), POLLIN, 0});
        cells.push_back(
            {"poll", static_cast<double>(idle.size),
             [list = std::move(list)](int calls) mutable { return measure_polls(list, calls); }});
    }
}

void add_select_cells(const IdleWatches& watches, std::vector<Cell>& cells) {
    for (const IdleInstance& idle : watches.instances()) {
        if (idle.size > watches.numbers().size()) {
            return;  // a list is no longer than descriptors can be
        }
        int count = watches.ready() + 1;
        for (std::size_t i = 0; i < idle.size; ++i) {
            count = std::max(count, watches.numbers()[i] + 1);
        }
        DescriptorSet asked;
        asked.clear(count);
        for (std::size_t i = 0; i < idle.size; ++i) {
            asked.add(watches.numbers()[i]);
        }
        asked.add(watches.ready());
        cells.push_back({"select", static_cast<double>(idle.size),
                         [asked, scratch = asked, count](int calls) mutable {
                             return measure_selects(asked, scratch, count, calls);
                         }});
    }
}

}  // namespace epollcheck::scale
