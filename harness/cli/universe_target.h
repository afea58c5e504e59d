// Universe target: what the verbs over a universe start with, the universe and a machine that is
// calibrated for all of its operations.

#pragma once

#include <memory>
#include <string>
#include <variant>

#include "harness/cli/open_target.h"
#include "model/vocabulary/universe.h"

namespace epollcheck {

struct UniverseTarget {
    Universe universe;
    std::unique_ptr<OpenTarget> target;
};

/// Loads the universe that `name` stands for (load_universe) and opens the target that
/// `choice` names with `profile`. If that is impossible it says why on stderr, and gives the exit
/// code.
std::variant<UniverseTarget, int> open_universe_target(const std::string& name,
                                                       const TargetChoice& choice,
                                                       const std::string& profile);

}  // namespace epollcheck
