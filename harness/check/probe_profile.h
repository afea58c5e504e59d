// Profile probing: which version differences the running kernel has, found by what it does.
//
// Each probe is a small program whose last operation answers differently with and without one
// difference (SEMANTICS J). What no probe can tell is taken from the newest profile.

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/target/target.h"
#include "model/rules/profile.h"

namespace epollcheck {

struct ProbedDifference {
    VersionDifference difference;
    bool present = false;
};

struct ProbedProfile {
    Profile profile;                       // named "probed"
    std::vector<ProbedDifference> probed;  // what was found, in the order of the probes
};

/// Runs all probes in `target`. An error if a probe cannot run, or gives an answer that neither
/// kernel would give.
std::variant<ProbedProfile, HarnessError> probe_profile(Target& target);

}  // namespace epollcheck
