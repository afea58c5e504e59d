// Used fields: an operation without what its kind does not use, as the text form writes it.
//
// Bytes that nobody wrote may fill any field with anything. What the operation table does not name
// for a kind becomes as usual, and enumerations and flags become ones that have a name, so that the
// program can be printed, parsed again and sent to any executor. Nothing here is about what a
// program may cost: see lawful.h.

#pragma once

#include "model/vocabulary/operation.h"

namespace epollcheck {

/// `operation` with the fields that its kind uses. Handles are kept as they are; those that a call
/// binds are 0 where it has none, and -1 where the kind binds none.
Operation with_used_fields(const Operation& operation);

}  // namespace epollcheck
