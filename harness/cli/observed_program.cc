// Observed program. See observed_program.h.

#include "harness/cli/observed_program.h"

#include "harness/check/calibrate.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "reports/output_file.h"

namespace epollcheck {

void add_observed_options(CLI::App& command, ObservedOptions& options) {
    add_target_options(command, options.target);
    add_tier_option(command, options.tier);
    add_profile_option(command, options.profile);
}

std::variant<ObservedPlace, int> open_place(const ObservedOptions& options) {
    auto opened = open_target(options.target, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    ObservedPlace place;
    place.opened = std::move(std::get<std::unique_ptr<OpenTarget>>(opened));
    place.judge = std::make_unique<Judge>(place.opened->profile, place.opened->calibration);
    return place;
}

std::variant<Finding, int> observe_program(const ObservedPlace& place, const Program& program,
                                           Tier strictest) {
    const Workbench bench = place.bench();
    Finding finding{program, {}, {}};
    auto error = calibrate_for(bench.target, program.operations, bench.calibration);
    if (!error) {
        error = bench.target.run(program.operations, static_cast<int>(program.handles.size()),
                                 finding.trace);
    }
    if (error) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    finding.judgement = bench.judge.judge(program.operations, finding.trace, strictest);
    return finding;
}

ShrinkHelp shrink_help(int jobs, OpenTarget& target) {
    return {jobs, [&target] {
                auto again = open_again(target);
                auto* const opened = std::get_if<std::unique_ptr<Target>>(&again);
                return opened == nullptr ? nullptr : std::move(*opened);
            }};
}

int write_result(const std::string& output, const std::string& text, int exit_code) {
    if (output.empty() || output == "-") {
        print(text);
        return exit_code;
    }
    OutputFile file(output);
    file.write(text);
    file.close();
    if (file.error()) {
        complain(*file.error());
        return exit_code::kOwnFault;
    }
    return exit_code;
}

}  // namespace epollcheck
