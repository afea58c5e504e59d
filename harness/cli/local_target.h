// Local target: the kernel that epollcheck itself runs on, with all that judging it needs.

#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "harness/check/judge.h"
#include "harness/check/probe_profile.h"
#include "harness/executor/executor.h"
#include "reports/results.h"

namespace epollcheck {

/// The value of --profile that means: find out by probing.
inline constexpr const char* kProbeProfile = "auto";

struct LocalTarget {
    Executor executor;
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

/// "Linux 6.18.0 x86_64", as uname -srm prints it.
std::string kernel_text();

/// What a run on `target` has in its header about it.
void describe_target(const LocalTarget& target, RunHeader& header);

}  // namespace epollcheck
