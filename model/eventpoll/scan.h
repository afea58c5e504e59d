// Scan: as long as one lives, the ready list of an instance is being looked through.
//
// What happens without the program may happen in the middle of it, and a look at a terminal may
// itself fetch input. Items that are woken meanwhile are kept aside and queued when the scan is
// over: after what was left of the list, and before level-triggered items that were reported
// (R-F14). Below tier exact, time passes once, before the first look; at tier contract the order is
// open anyway, so that nothing has to be kept.
//
// Source: ep_start_scan(), ep_done_scan() and ep_poll_callback() of fs/eventpoll.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

class Scan {
public:
    Scan(Transition& transition, int instance);
    ~Scan();
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

    /// To be called before each look at a file: something may happen here.
    void let_time_pass();

private:
    Transition& transition_;
    int instance_;
    std::uint32_t rank_ = kNoRank;  // from here on there are ranks for the items kept aside
};

}  // namespace epollcheck
