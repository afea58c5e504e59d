// Interrupt. See interrupt.h.

#include "harness/cli/interrupt.h"

#include <csignal>

namespace epollcheck {

namespace {

volatile std::sig_atomic_t wish_to_stop = 0;

void note_wish(int /*signal*/) { wish_to_stop = 1; }

}  // namespace

void watch_for_interrupt() {
    struct sigaction action = {};
    action.sa_handler = note_wish;
    // SA_RESETHAND: the next one has its usual effect. SA_RESTART: what writes need not look.
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return wish_to_stop != 0; }

}  // namespace epollcheck
