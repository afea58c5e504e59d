// Open target. See open_target.h.

#include "harness/cli/open_target.h"

#include <fmt/format.h>

#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"
#include "harness/cli/open_model.h"
#include "harness/target/in_process_target.h"
#include "harness/target/plugin_target.h"

namespace epollcheck {

namespace {

/// A library is named by its path, and needs no more description than that.
std::optional<HarnessError> load(const std::string& path, OpenTarget& opened) {
    auto loaded = PluginTarget::open(path);
    if (auto* error = std::get_if<HarnessError>(&loaded)) {
        return *error;
    }
    auto& target = std::get<std::unique_ptr<PluginTarget>>(loaded);
    opened.name = target->plugin().name;
    opened.title = target->kernel();
    opened.tier = Tier::kContract;
    opened.profile = named_profiles().back();  // probes ask what only a kernel can answer
    opened.target = std::move(target);
    return std::nullopt;
}

/// Starts the target that was chosen, and fills in what is known without asking it.
std::optional<HarnessError> start(const TargetChoice& choice, OpenTarget& opened) {
    if (choice.command.empty() && choice.name.ends_with(".so")) {
        return load(choice.name, opened);
    }
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
    if (choice.command.empty() && is_model_target(choice.name)) {
        return open_model_target(choice.name, profile);
    }
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
    if (!opened->profile.name.empty()) {
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
    header.target = target.name;
    header.target_title = target.title;
    header.kernel = target.target->kernel();
    header.profile = target.profile.name;
    for (const ProbedDifference& probed : target.probed) {
        const VersionInfo& info = version_info(probed.difference);
        header.probed.push_back({std::string(info.id), probed.present, std::string(info.text)});
    }
}

}  // namespace epollcheck
