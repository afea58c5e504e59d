// Wake-ups: what a change of a watched file does to the items that wait on it.
//
// Source: SEMANTICS A.3, A.4 and K (fire, walk); ep_poll_callback and __wake_up_common, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Wakes `queue` with `key` (0 matches everything). `entry` says which of an item's two queue
/// entries this queue uses. `rule` is the promise that this wake-up happens: a tier that does not
/// enforce it leaves the effect open, unless the file just became ready (R-C20).
void wake(Transition& transition, const WaitQueue& queue, int entry, EventMask key, Rule rule);

/// A wake-up that Linux with this profile does not issue, but that a target may issue wherever
/// `rule` is not enforced.
void wake_perhaps(Transition& transition, const WaitQueue& queue, int entry, EventMask key,
                  Rule rule);

/// Notes that `rule` is the reason why nobody on `queue` is woken.
void leave_alone(Transition& transition, const WaitQueue& queue, Rule rule);

/// Wakes those who poll the epoll instance itself (R-A14 step 4): outer items, requests of rings.
/// `cause` is the key of the wake-up that this one goes on from.
void wake_pollers(Transition& transition, const Instance& instance, bool definite,
                  EventMask cause = 0);

/// Takes the newest of the threads that sleep in a wait on `instance` off its queue (R-E13, R-E14).
/// True if there was one.
bool wake_waiter(Transition& transition, int instance);

/// Where calls overlap, wake-ups wait in the state of the thread that caused them. Delivers the
/// next one; those of items that are gone by now do nothing.
void deliver_wake(Transition& transition);

/// Lets the latest walk that is open begin: it reaches those who have joined its queue.
void close_walk(Transition& transition);

/// Puts an item on a wait queue: in front, or at the back when it is EXCLUSIVE (R-A11).
void attach(Transition& transition, WaitQueue& queue, int entry, int item);

/// Takes an item off a wait queue.
void detach(World& world, WaitQueue& queue, int entry, int item);

}  // namespace epollcheck
