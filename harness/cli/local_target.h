// Local target: the kernel that epollcheck itself runs on, with all that judging it needs.

#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "harness/check/judge.h"
#include "harness/check/probe_profile.h"
#include "harness/target/target.h"
#include "reports/results.h"

namespace epollcheck {

/// The value of --profile that means: find out by probing.
inline constexpr const char* kProbeProfile = "auto";

struct LocalTarget {
    std::unique_ptr<Target> target;
    Calibration calibration;
    Profile profile;
    std::vector<ProbedDifference> probed;  // empty if the profile was named
};

/// Sets up the executor, measures the machine and finds its profile. `profile` is the name of one,
/// or kProbeProfile.
std::variant<std::unique_ptr<LocalTarget>, HarnessError> open_local_target(
    const std::string& profile);

/// "" if `profile` can be given to open_local_target, else what is wrong with it.
std::string check_profile_name(const std::string& profile);

/// What a run on `target` has in its header about it.
void describe_target(const LocalTarget& target, RunHeader& header);

}  // namespace epollcheck
