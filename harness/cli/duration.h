// Durations as people write them on a command line: 90, 90s, 10m, 2h.

#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace epollcheck {

/// The seconds of a positive duration such as "90", "1.5m" or "2h"; negative if it is none.
double seconds_of(const std::string& duration);

/// --for T: sets `seconds`. Without it `seconds` stays what it is.
void add_duration_option(CLI::App& command, double& seconds);

}  // namespace epollcheck
