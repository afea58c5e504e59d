// The calls of programs, made by a plug-in as far as it offers them and by the kernel else.

#pragma once

#include "harness/executor/calls.h"
#include "harness/target/epollcheck_plugin.h"

namespace epollcheck {

/// The calls of the plug-in with this table, which outlives their use. There is one plug-in at a
/// time: the calls that were asked for last are those that work.
const system_call::Calls& plugin_calls(const epollcheck_plugin& plugin);

}  // namespace epollcheck
