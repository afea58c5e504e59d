// Universe target: what the verbs over a universe start with, the universe and a machine that is
// calibrated for all of its operations.

#pragma once

#include <memory>
#include <string>
#include <variant>

#include "harness/cli/local_target.h"
#include "model/vocabulary/universe.h"

namespace epollcheck {

struct UniverseTarget {
    Universe universe;
    std::unique_ptr<LocalTarget> target;
};

/// Loads the universe that `name` stands for (load_universe) and opens the local target with
/// `profile`. If that is impossible it says why on stderr, and gives the exit code.
std::variant<UniverseTarget, int> open_universe_target(const std::string& name,
                                                       const std::string& profile);

}  // namespace epollcheck
