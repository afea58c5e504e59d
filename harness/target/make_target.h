// Make target: from a description to a target that can be started.

#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "harness/target/description.h"
#include "harness/target/target.h"

namespace epollcheck {

/// The words that start `description`, with all that its command leaves open filled in. `argument`
/// is what came behind its name. Else why not.
std::variant<std::vector<std::string>, HarnessError> target_command(
    const TargetDescription& description, const std::string& argument);

/// Why `description` cannot be started here, as far as that can be said without trying, or "".
std::string why_not_here(const TargetDescription& description);

/// Where the library of a plug-in is.
std::string plugin_path(const TargetDescription& description);

/// A target as `description` says, started.
std::variant<std::unique_ptr<Target>, HarnessError> make_target(
    const TargetDescription& description, const std::string& argument);

}  // namespace epollcheck
