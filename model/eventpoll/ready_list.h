// The ready list of an instance: which items are queued, in which order, and why.
//
// Source: SEMANTICS A.2; list_add_tail and ep_is_linked on epitem::rdllink, fs/eventpoll.c 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Queues an item at the tail of its instance's ready list; one that is queued keeps its place
/// (R-A7, R-A10). `definite` is false where the tier leaves open whether this happens at all.
void enqueue(Transition& transition, Item& item, bool definite, Rule cause);

/// Takes an item off the ready list, because of `cause`.
void dequeue(Item& item, Rule cause);

/// The queued item of `candidates` with the lowest rank, or -1. At tier exact ranks are unique.
int first_in_order(const World& world, ItemSet candidates);

/// The items of `items` that are queued, surely or perhaps.
ItemSet queued_items(const World& world, ItemSet items);

/// Looser tiers: notes which requested bits of every armed item are no longer ready, so that a
/// later transition to ready is recognised (R-C20). To be called after each operation.
void note_fallen_bits(Transition& transition);

}  // namespace epollcheck
