// Universe target. See universe_target.h.

#include "harness/cli/universe_target.h"

#include "conformance/universe_suite.h"
#include "harness/check/enumeration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/terminal.h"

namespace epollcheck {

std::variant<UniverseTarget, int> open_universe_target(const std::string& name,
                                                       const TargetChoice& choice,
                                                       const std::string& profile) {
    auto loaded = load_universe(name);
    if (const auto* error = std::get_if<std::string>(&loaded)) {
        complain(*error);
        return exit_code::kUsage;
    }
    auto opened = open_target(choice, profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    UniverseTarget result{std::get<Universe>(std::move(loaded)),
                          std::get<std::unique_ptr<OpenTarget>>(std::move(opened))};
    if (const auto error = calibrate_universe(*result.target->target, result.universe,
                                              result.target->calibration)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    return result;
}

}  // namespace epollcheck
