// How an operation is written, as messages and the manual show it.

#pragma once

#include <string>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// For example "dup3(descriptor, descriptor, flags)"; arguments that may be left out are not shown.
std::string usage_of(const OperationSpec& spec);

}  // namespace epollcheck
