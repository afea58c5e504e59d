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
    std::vector<std::string> notes;        // probes that told nothing, for people
};

/// What becomes of a probe that cannot run, or gives an answer that neither kernel would give.
enum class Misfit {
    kIsError,  // the target claims to be such a kernel, so nothing can be judged
    kIsNoted,  // the newest kernel is taken instead: the target only claims to be like Linux
};

/// Runs all probes in `target`.
std::variant<ProbedProfile, HarnessError> probe_profile(Target& target,
                                                        Misfit misfit = Misfit::kIsError);

}  // namespace epollcheck
