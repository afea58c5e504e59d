// The interest list: epoll_create, epoll_ctl, the end of items and instances, and what fdinfo
// shows.
//
// Source: SEMANTICS B.1, B.2, B.5; do_epoll_ctl, ep_insert, ep_modify, ep_remove, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// epoll_create and epoll_create1.
Result create_instance(Transition& transition, const Operation& operation);

/// epoll_ctl.
Result control(Transition& transition, const Operation& operation);

/// The lines of /proc/self/fdinfo/N of an instance, ordered by descriptor, data and mask (R-B37).
Result interest_list(Transition& transition, const Operation& operation);

/// Removes an item from its instance, the ready list and the wait queues.
void remove_item(World& world, int item);

/// Removes all items that watch `file`: its last reference is gone (R-B39).
void release_items_of_file(Transition& transition, int file);

/// Removes an instance with all its items: the last reference of its file is gone (R-B48).
void release_instance(Transition& transition, int instance);

/// From now on instances are made on an account that may watch only so many descriptors (R-A17).
Result limit_watches(Transition& transition, const Operation& operation);

}  // namespace epollcheck
