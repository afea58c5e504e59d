// Answers: what stands after the `=` of an operation. For calls that make one descriptor that is
// also where the handle is bound.
//
//     = 0                       one answer                = [7:IN, 8:HUP]     events
//     = EEXIST or 0             one of several            = {5}               a number that was
//     read = EBADF if V-45 or 0 if not V-45                    = blocks            waits until
//     interrupted = ep                      binds ep and expects success = ep or EMFILE binds ep
//     and expects either = (ep) or EINVAL          binds ep if it succeeds, but expects only EINVAL
//     = (ep)                    binds ep and expects nothing
//     = fd                      expects success and binds no handle

#pragma once

#include <vector>

#include "harness/program/handle_names.h"
#include "harness/program/line_cursor.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// Parses what follows the `=`: appends to `expected` and sets Operation::bound.
void parse_answers(LineCursor& cursor, HandleNames& handles, Operation& operation,
                   std::vector<ExpectedAnswer>& expected);

}  // namespace epollcheck
