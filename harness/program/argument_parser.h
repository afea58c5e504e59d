// The arguments of an operation, driven by the operation table: one small parser per type of
// argument.

#pragma once

#include "harness/program/handle_names.h"
#include "harness/program/line_cursor.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// Parses "(arguments)" of `operation`, whose kind is set, into its fields. Pairs bind handles.
void parse_arguments(LineCursor& cursor, HandleNames& handles, Operation& operation);

}  // namespace epollcheck
