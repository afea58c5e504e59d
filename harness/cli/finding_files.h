// Finding files: what a campaign found, kept as files that can be run again and passed on.

#pragma once

#include <optional>
#include <string>

#include "harness/cli/finding_text.h"

namespace epollcheck {

/// Writes `program` to NAME.ep in `directory`, which is made if need be, and `c_text` to NAME.c
/// unless it is empty. NAME is the last part of the header's id. The error, or nothing.
std::optional<std::string> save_finding(const std::string& directory, Program program,
                                        const FindingHeader& header, const std::string& c_text);

}  // namespace epollcheck
