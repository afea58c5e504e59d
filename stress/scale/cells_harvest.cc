// Cells of harvests: how fast events come out of an instance with many of them. See cells.h.

#include <sys/epoll.h>

#include "stress/scale/cells.h"
#include "stress/scale/ready_files.h"

namespace epollcheck::scale {

namespace {

constexpr int kFiles = 256;
constexpr int kMaxEvents[] = {1, 16, 256};

double measure_harvests(int instance, int max_events, int calls) {
    epoll_event events[kFiles];
    system_call::Outcome sum = 0;
    const double start = processor_ns();
    for (int i = 0; i < calls; ++i) {
        sum += system_call::epoll_wait(instance, events, max_events, 0);
    }
    const double spent = processor_ns() - start;
    expect("the sum of so many epoll_wait of ready files", sum,
           system_call::Outcome{max_events} * calls);
    return spent;
}

}  // namespace

void add_harvest_cells(std::vector<Cell>& cells) {
    const auto ready = std::make_shared<ReadyFiles>(kFiles);
    for (const int max_events : kMaxEvents) {
        cells.push_back(
            {"harvest", static_cast<double>(max_events), [ready, max_events](int calls) {
                 return measure_harvests(ready->instance.fd(), max_events, calls);
             }});
    }
}

}  // namespace epollcheck::scale
