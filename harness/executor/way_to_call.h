// Way to call: the choice among the ways in which programs reach an implementation of epoll.
//
// It is made for the whole process, before the first program runs. A second process of a program
// calls like the first one, also after an exec; but it has no ring, because the requests of another
// process would be about other descriptors: its calls are raw ones, like those of a program with
// signalfds, which answer about the thread that asks.

#pragma once

namespace epollcheck {

enum class WayToCall {
    kRaw,      // system calls: raw_calls() of calls.h
    kLibrary,  // symbols of the C library: library_calls.h
    kRing,     // epoll_ctl, and epoll_wait with time-out 0, as requests of io_uring; raw ones else.
               // An epoll_wait without end asks the ring first and waits without it
};

void call_by(WayToCall way);
WayToCall way_to_call();

}  // namespace epollcheck
