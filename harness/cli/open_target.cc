// Open target. See open_target.h.

#include "harness/cli/open_target.h"

#include <fmt/format.h>

#include "harness/check/calibrate.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {

namespace {

/// Starts the target that was chosen, and fills in what is known without asking it.
std::optional<HarnessError> start(const TargetChoice& choice, OpenTarget& opened) {
    if (!choice.command.empty() || choice.name != kInProcessTarget) {
        return HarnessError{fmt::format("there is no target '{}'",
                                        choice.command.empty() ? choice.name : "command")};
    }
    auto here = std::make_unique<InProcessTarget>();
    if (const auto& error = here->setup_error()) {
        return *error;
    }
    opened.target = std::move(here);
    opened.name = kInProcessTarget;
    opened.title = "the kernel below this process";
    return std::nullopt;
}

}  // namespace

std::variant<std::unique_ptr<OpenTarget>, HarnessError> open_target(const TargetChoice& choice,
                                                                    const std::string& profile) {
    auto opened = std::make_unique<OpenTarget>();
    if (auto error = start(choice, *opened)) {
        return *error;
    }
    if (auto error = calibrate(*opened->target, opened->calibration)) {
        return *error;
    }
    if (const auto named = profile_named(profile)) {
        opened->profile = *named;
        return opened;
    }
    auto probed = probe_profile(*opened->target);
    if (auto* error = std::get_if<HarnessError>(&probed)) {
        return *error;
    }
    opened->profile = std::get<ProbedProfile>(probed).profile;
    opened->probed = std::move(std::get<ProbedProfile>(probed).probed);
    return opened;
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

void describe_target(const OpenTarget& target, RunHeader& header) {
    header.kernel = target.target->kernel();
    header.profile = target.profile.name;
    for (const ProbedDifference& probed : target.probed) {
        const VersionInfo& info = version_info(probed.difference);
        header.probed.push_back({std::string(info.id), probed.present, std::string(info.text)});
    }
}

}  // namespace epollcheck
