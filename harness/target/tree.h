// Tree: where epollcheck finds what is not in its binary: executors and descriptions of targets.
//
// In a source tree they are in the tree, which is above build/PRESET/epollcheck; installed, they
// are in share/epollcheck beside bin. EPOLLCHECK_HOME names a source tree from elsewhere.

#pragma once

#include <string>
#include <vector>

namespace epollcheck {

/// The directory with the descriptions of targets.
std::string targets_directory();

/// The directory with the plug-ins that are built here.
std::string plugins_directory();

/// Where the executor for an architecture may be, best place first. "native" is this machine,
/// "dynamic" the same with a C library that another library can be preloaded over.
std::vector<std::string> executor_places(const std::string& architecture);

/// The first of these places that has one, or "".
std::string executor_path(const std::string& architecture);

}  // namespace epollcheck
