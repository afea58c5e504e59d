// Way to call: how the system calls of programs reach an implementation of epoll.
//
// There is one switch for the whole process, set before the first program runs. A second process of
// a program inherits it, and an exec is told by its name.

#pragma once

namespace epollcheck {

enum class WayToCall {
    kRaw,      // system calls; the C library only where it is a thin veil
    kLibrary,  // symbols of the C library, so that a preloaded or linked library is seen
    kRing,     // io_uring for the calls that it has (EPOLL_CTL, EPOLL_WAIT), raw ones else
};

void call_by(WayToCall way);
WayToCall way_to_call();

}  // namespace epollcheck
