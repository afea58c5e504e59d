// The one object that holds the whole of Catch2: it takes long to compile and never changes.

#pragma once

#include <string>

namespace epollcheck {

/// Runs all registered tests in the order of their registration, with the reporter that is
/// registered as `reporter_name`. The reporter sees the end of the run unless Catch2 could not
/// work.
void run_registered_tests(const std::string& reporter_name);

}  // namespace epollcheck
