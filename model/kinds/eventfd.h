// eventfd: a 64-bit counter that is readable while positive and writable while not full.
//
// Source: SEMANTICS D.2; eventfd_read, eventfd_write, eventfd_poll, fs/eventfd.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange eventfd_mask(Transition& transition, const OpenFile& file);

/// eventfd(2): answers a descriptor.
Result create_eventfd(Transition& transition, const Operation& operation);
Result read_eventfd(Transition& transition, const OpenFile& file, const Operation& operation);
Result write_eventfd(Transition& transition, const OpenFile& file, const Operation& operation);

}  // namespace epollcheck
