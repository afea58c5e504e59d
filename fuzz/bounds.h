// Bounds: the arguments of one operation, brought to where it costs little and where the model and
// the executor are known to be right on a real machine. Part of lawful.h.

#pragma once

#include "model/vocabulary/operation.h"

namespace epollcheck {

/// True for operations that may stand in a program on a real machine at all.
bool is_permitted(OperationKind kind);

/// `operation`, which has only used fields, with arguments of the random generator's range.
/// `has_internet` tells that the program has internet sockets, whose transfers are shorter.
void bound_arguments(Operation& operation, bool has_internet);

/// The length of a transfer alone: what a length charges to a socket is measured, so there are few.
void bound_length(Operation& operation, bool has_internet);

/// True for the calls that wait for events of an instance.
bool is_wait(OperationKind kind);

}  // namespace epollcheck
