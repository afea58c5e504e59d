// ReadyFiles: an instance whose files are all ready, always: more work than a wait can report.

#pragma once

#include <vector>

#include "stress/scale/checked_calls.h"

namespace epollcheck::scale {

struct ReadyFiles {
    /// Level-triggered eventfds that nobody reads; the data of their events is their number.
    explicit ReadyFiles(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            files.push_back(make_eventfd(1));
            watch(instance.fd(), files.back().fd());
        }
    }

    Descriptor instance = make_instance();
    std::vector<Descriptor> files;
};

}  // namespace epollcheck::scale
