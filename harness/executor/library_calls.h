// Library calls: the calls of programs through the symbols of the C library, so that an epoll that
// was preloaded, or linked in its place, is what answers.
//
// A library may read what it is given by address, where a system call answers EFAULT, and it has no
// argument for the size of a signal set. What it cannot be told goes to the kernel. ppoll and
// pselect are system calls here, too.

#pragma once

#include "harness/executor/calls.h"

namespace epollcheck::system_call {

const Calls& library_calls();

/// Tells of the page that programs use as an address where nothing is.
void never_read(const void* page);

}  // namespace epollcheck::system_call
