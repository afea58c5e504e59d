// Open target. See open_target.h.

#include "harness/cli/open_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"
#include "harness/cli/terminal.h"
#include "harness/target/make_target.h"
#include "harness/target/tree.h"

namespace epollcheck {

std::string ChosenTarget::name() const {
    return description.name + (argument.empty() ? "" : ":") + argument;
}

namespace {

constexpr const char* kModel = "model";

/// The model, which is no description in a file either.
std::variant<ChosenTarget, std::string> model_as_target(const std::string& name) {
    const auto defect = model_target_defect(name);
    if (const auto* wrong = std::get_if<std::string>(&defect)) {
        return *wrong;
    }
    ChosenTarget chosen;
    TargetDescription& description = chosen.description;
    description.name = kModel;
    description.title = model_target_title(std::get<Defect>(defect));
    description.how = Transport::kInProcess;
    description.tier = Tier::kExact;
    // It is known, and probing a faulty implementation may mislead.
    description.profile = named_profiles().back().name;
    const auto colon = name.find(':');
    chosen.argument = colon != std::string::npos ? name.substr(colon + 1) : "";
    return chosen;
}

/// The target that was chosen, started. `profile` is that of the model; others have their own.
std::variant<std::unique_ptr<Target>, HarnessError> start(const TargetDescription& description,
                                                          const std::string& argument,
                                                          const Profile& profile) {
    if (description.name == kModel && description.how == Transport::kInProcess) {
        return std::make_unique<ModelTarget>(profile,
                                             defect_named(argument).value_or(Defect::kNone));
    }
    return make_target(description, argument);
}

/// A plug-in that is named by its path.
TargetDescription describe_library(const std::string& path) {
    TargetDescription description;
    description.name = std::filesystem::path(path).stem();
    description.title = path;
    description.how = Transport::kPlugIn;
    description.library = path;
    description.tier = Tier::kContract;
    description.profile = std::string(named_profiles().back().name);  // probes are about kernels
    return description;
}

}  // namespace

std::variant<ChosenTarget, std::string> choose_target(const TargetChoice& choice) {
    ChosenTarget chosen;
    TargetDescription& description = chosen.description;
    if (!choice.command.empty()) {
        description.name = "command";
        description.title = fmt::format("{}", fmt::join(choice.command, " "));
        description.command = choice.command;
        return chosen;
    }
    if (is_model_target(choice.name)) {
        return model_as_target(choice.name);
    }
    std::string name = choice.name;
    if (name.ends_with(".so")) {  // nor does a library
        description = describe_library(name);
        return chosen;
    }
    if (!name.ends_with(".toml")) {
        const auto colon = name.find(':');
        chosen.argument = colon != std::string::npos ? name.substr(colon + 1) : "";
        name.resize(std::min(colon, name.size()));
    }
    if (name == kInProcessTarget) {  // which needs no file
        description.name = kInProcessTarget;
        description.title = "the kernel below this process";
        description.how = Transport::kInProcess;
        description.tier = Tier::kExact;
        return chosen;
    }
    const std::string directory = choice.directory.empty() ? targets_directory() : choice.directory;
    auto loaded = load_description(name, directory);
    if (const auto* wrong = std::get_if<std::string>(&loaded)) {
        return *wrong;
    }
    description = std::move(std::get<TargetDescription>(loaded));
    return chosen;
}

namespace {

/// Finds the profile to judge the target by.
std::optional<HarnessError> find_profile(OpenTarget& opened, const std::string& name) {
    if (const auto named = profile_named(name)) {
        opened.profile = *named;
        return std::nullopt;
    }
    // Whoever claims to be this kernel must be one that we know.
    const auto misfit = opened.tier == Tier::kExact ? Misfit::kIsError : Misfit::kIsNoted;
    auto probed = probe_profile(*opened.target, misfit);
    if (auto* error = std::get_if<HarnessError>(&probed)) {
        return *error;
    }
    auto& found = std::get<ProbedProfile>(probed);
    opened.profile = found.profile;
    opened.probed = std::move(found.probed);
    opened.notes = std::move(found.notes);
    return std::nullopt;
}

}  // namespace

std::variant<std::unique_ptr<OpenTarget>, HarnessError> open_target(const TargetChoice& choice,
                                                                    const std::string& profile) {
    auto chosen = choose_target(choice);
    if (const auto* wrong = std::get_if<std::string>(&chosen)) {
        return HarnessError{*wrong};
    }
    const auto& [description, argument] = std::get<ChosenTarget>(chosen);
    if (const auto wrong = check_profile_name(description.profile); !wrong.empty()) {
        return HarnessError{fmt::format("{}: {}", description.path, wrong)};
    }
    const auto named = profile_named(profile);
    auto made = start(description, argument, named ? *named : named_profiles().back());
    if (const auto* error = std::get_if<HarnessError>(&made)) {
        return *error;
    }
    auto opened = std::make_unique<OpenTarget>();
    opened->target = std::move(std::get<std::unique_ptr<Target>>(made));
    opened->name = std::get<ChosenTarget>(chosen).name();
    opened->title = description.title;
    opened->tier = description.tier;
    opened->description = description;
    opened->argument = argument;
    if (auto error = calibrate(*opened->target, opened->calibration)) {
        return *error;
    }
    if (auto error =
            find_profile(*opened, profile == kProbeProfile ? description.profile : profile)) {
        return *error;
    }
    return opened;
}

std::string about_target(const std::string& name, const std::string& what) {
    return what.starts_with("target '") ? what : fmt::format("target '{}': {}", name, what);
}

std::variant<std::unique_ptr<Target>, HarnessError> open_again(const OpenTarget& target) {
    return start(target.description, target.argument, target.profile);
}

bool replace_target(OpenTarget& target) {
    auto again = open_again(target);
    if (std::holds_alternative<HarnessError>(again)) {
        return false;
    }
    // Whose end the parent's target would take for its own.
    static_cast<void>(target.target.release());
    target.target = std::move(std::get<std::unique_ptr<Target>>(again));
    return true;
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

void warn_about(const OpenTarget& target) {
    for (const std::string& note : target.notes) {
        warn(fmt::format("target '{}': {}", target.name, note));
    }
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
