// Opens the model as a target. See open_model.h.

#include "harness/cli/open_model.h"

#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"

namespace epollcheck {

std::variant<std::unique_ptr<OpenTarget>, HarnessError> open_model_target(
    const std::string& name, const std::string& profile) {
    const auto defect = model_target_defect(name);
    if (const auto* wrong = std::get_if<std::string>(&defect)) {
        return HarnessError{*wrong};
    }
    auto opened = std::make_unique<OpenTarget>();
    opened->profile = profile_named(profile).value_or(named_profiles().back());
    opened->target = std::make_unique<ModelTarget>(opened->profile, std::get<Defect>(defect));
    opened->name = name;
    opened->title = model_target_title(std::get<Defect>(defect));
    if (auto error = calibrate(*opened->target, opened->calibration)) {
        return *error;
    }
    return opened;
}

}  // namespace epollcheck
