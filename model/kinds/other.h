// Kinds of files of which nothing is modelled but what a fresh one shows: netlink and packet
// sockets, performance counters, userfaultfd and their like (R-D84). They can be registered,
// duplicated, closed and polled; with any other call the model gives up.
//
// Source: the poll methods named in the table of other.cc, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// The open_other operation.
Result open_other(Transition& transition, const Operation& operation);

/// What a file of such a kind shows.
MaskRange other_mask(Transition& transition, const OpenFile& file);

/// True if the operation does something to a file of such a kind that is not modelled.
bool is_beyond_other_kinds(Transition& transition, const Operation& operation);

}  // namespace epollcheck
