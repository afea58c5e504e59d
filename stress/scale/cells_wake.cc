// Cells of wake-ups: a write to a file that many instances watch. See cells.h.
//
// The writer pays for all of them, because the kernel walks the wait queue of the file
// (ep_poll_callback for each). The time of the write alone is taken; then each instance is asked,
// so that it has to be told anew by the next write.

#include <sys/epoll.h>

#include "stress/scale/cells.h"

namespace epollcheck::scale {

namespace {

constexpr std::size_t kSizes[] = {1, 2, 4, 10, 32, 100, 316, 1000};

struct Watchers {
    Descriptor file = make_eventfd(0);
    std::vector<Descriptor> instances;
};

double measure_wakes(const Watchers& watchers, int calls) {
    double spent = 0;
    for (int i = 0; i < calls; ++i) {
        const std::uint64_t one = 1;
        const double start = processor_ns();
        const auto written = system_call::write(watchers.file.fd(), &one, sizeof one);
        spent += processor_ns() - start;
        expect("write", written, sizeof one);
        for (const Descriptor& instance : watchers.instances) {
            epoll_event event{};
            expect("epoll_wait after a write", system_call::epoll_wait(instance.fd(), &event, 1, 0),
                   1);
        }
    }
    return spent;
}

}  // namespace

void add_wake_cells(std::size_t descriptors, std::vector<Cell>& cells) {
    for (const std::size_t size : kSizes) {
        if (size + 1 > descriptors) {
            return;
        }
        descriptors -= size + 1;
        auto watchers = std::make_shared<Watchers>();
        for (std::size_t i = 0; i < size; ++i) {
            watchers->instances.push_back(make_instance());
            watch(watchers->instances.back().fd(), watchers->file.fd(), EPOLLET);
        }
        cells.push_back({"wake", static_cast<double>(size),
                         [watchers](int calls) { return measure_wakes(*watchers, calls); }});
    }
}

}  // namespace epollcheck::scale
