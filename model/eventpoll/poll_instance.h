// The look at the ready list that poll(2), select(2) and outer instances take: is anything ready?
//
// It delivers nothing, but it is not without effect: items that it finds not ready are dropped from
// the list, up to the first one that is ready.
//
// Source: SEMANTICS R-B30, R-B31; __ep_eventpoll_poll, fs/eventpoll.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// What the poll method of the epoll file answers (R-B30). Items found not ready are dropped
/// (R-B31).
MaskRange poll_instance(Transition& transition, int instance);

}  // namespace epollcheck
