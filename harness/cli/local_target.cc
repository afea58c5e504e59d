// Local target. See local_target.h.

#include "harness/cli/local_target.h"

#include <fmt/format.h>

#include "harness/check/calibrate.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {

std::variant<std::unique_ptr<LocalTarget>, HarnessError> open_local_target(
    const std::string& profile) {
    auto target = std::make_unique<LocalTarget>();
    auto here = std::make_unique<InProcessTarget>();
    if (const auto& error = here->setup_error()) {
        return *error;
    }
    target->target = std::move(here);
    if (auto error = calibrate(*target->target, target->calibration)) {
        return *error;
    }
    if (const auto named = profile_named(profile)) {
        target->profile = *named;
        return target;
    }
    auto probed = probe_profile(*target->target);
    if (auto* error = std::get_if<HarnessError>(&probed)) {
        return *error;
    }
    target->profile = std::get<ProbedProfile>(probed).profile;
    target->probed = std::move(std::get<ProbedProfile>(probed).probed);
    return target;
}

std::string check_profile_name(const std::string& profile) {
    if (profile == kProbeProfile || profile_named(profile)) {
        return "";
    }
    std::string names = kProbeProfile;
    for (const Profile& known : named_profiles()) {
        names += fmt::format(", {}", known.name);
    }
    return fmt::format("there is no profile '{}'; there are {}", profile, names);
}

void describe_target(const LocalTarget& target, RunHeader& header) {
    header.kernel = target.target->kernel();
    header.profile = target.profile.name;
    for (const ProbedDifference& probed : target.probed) {
        const VersionInfo& info = version_info(probed.difference);
        header.probed.push_back({std::string(info.id), probed.present, std::string(info.text)});
    }
}

}  // namespace epollcheck
