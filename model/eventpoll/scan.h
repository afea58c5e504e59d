// Scan: as long as one lives, the ready list of an instance is being looked through.
//
// What happens without the program, or in other threads, may happen in the middle of it, and a look
// at a terminal may itself fetch input. Items that are woken meanwhile are kept aside and queued
// when the scan is over: after what was left of the list, and before level-triggered items that
// were reported (R-F14). Below tier exact, time passes once, before the first look; at tier
// contract the order is open anyway, so that nothing has to be kept.
//
// Source: ep_start_scan(), ep_done_scan() and ep_poll_callback() of fs/eventpoll.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Begins to look through the ready list of `instance`.
void begin_scan(Transition& transition, int instance, ScanState& scan);
/// To be called before each look at a file: something may happen here.
void let_time_pass(Transition& transition, const ScanState& scan);
/// Ends it: what was kept aside is queued.
void end_scan(Transition& transition, ScanState& scan);

/// A scan that lives as long as this object.
class Scan {
public:
    Scan(Transition& transition, int instance) : transition_(transition) {
        begin_scan(transition, instance, state_);
    }
    ~Scan() { end_scan(transition_, state_); }
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

    void let_time_pass() { epollcheck::let_time_pass(transition_, state_); }

private:
    Transition& transition_;
    ScanState state_;
};

}  // namespace epollcheck
