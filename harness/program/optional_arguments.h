// Arguments that are written `name=value` and left out when they are usual: where a buffer points
// to, and the signal mask of epoll_pwait.

#pragma once

#include <string>

#include "harness/program/line_cursor.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Parses one `name=value` that the kind of `operation` permits. False, with nothing consumed, if
/// something else is next.
bool parse_optional_argument(LineCursor& cursor, Operation& operation);

/// NULL, BAD or KERNEL; `otherwise` says in messages what else could stand here.
Pointer parse_pointer(LineCursor& cursor, std::string_view otherwise);

/// ", buffer=NULL, sigsetsize=4": what of `operation` is unusual, or "".
std::string optional_arguments_text(const Operation& operation);

/// NULL, BAD or KERNEL.
std::string_view pointer_text(Pointer pointer);

}  // namespace epollcheck
