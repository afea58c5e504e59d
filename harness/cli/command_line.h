// Command line: finds the verb, parses its options and runs it.

#pragma once

namespace epollcheck {

/// Runs epollcheck with the arguments of main. Returns the exit code.
int run_command_line(int count, const char* const* arguments);

}  // namespace epollcheck
