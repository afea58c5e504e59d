// Named files of emitted C files: a directory of their own in /tmp, which goes when the program
// ends.

#pragma once

#include <set>
#include <string>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// The name of the directory, and the function that removes it with `files`; "" without any.
std::string c_files_text(const std::set<Path>& files);

/// Statements that make them, if `condition` ("a && ") holds as well; "" without any.
std::string c_make_files(const std::set<Path>& files, const std::string& condition);

}  // namespace epollcheck
