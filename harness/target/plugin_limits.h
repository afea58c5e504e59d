// What a plug-in cannot be asked: programs that need more than it offers, or more than any library
// can do that lives in the process that calls it.

#pragma once

#include <span>
#include <string>

#include "harness/target/epollcheck_plugin.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Why a program of `operations` cannot run on the plug-in, or "". Known before it runs: which
/// handles hold instances is read from the program.
std::string plugin_cannot_run(const epollcheck_plugin& plugin,
                              std::span<const Operation> operations);

}  // namespace epollcheck
