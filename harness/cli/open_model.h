// Opens the model as a target (harness/check/model_target.h).

#pragma once

#include "harness/cli/open_target.h"

namespace epollcheck {

/// The target "model" or "model:DEFECT". Its profile is the named one, or the newest: it is known,
/// and probing a faulty implementation may mislead. An error for a defect that does not exist.
std::variant<std::unique_ptr<OpenTarget>, HarnessError> open_model_target(
    const std::string& name, const std::string& profile);

}  // namespace epollcheck
