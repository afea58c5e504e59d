// Observed program: a program that was run and judged on a target. What `shrink` and `emit-c` begin
// with.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "harness/check/finding.h"
#include "harness/cli/open_target.h"
#include "harness/cli/verb.h"

namespace epollcheck {

/// The options of such verbs, beside the program itself.
struct ObservedOptions {
    TargetChoice target;
    std::optional<Tier> tier;
    std::string profile;
};

/// --target, --target-command, --tier, --profile.
void add_observed_options(CLI::App& command, ObservedOptions& options);

/// Where programs are run for a verb, and what judges them.
struct ObservedPlace {
    std::unique_ptr<OpenTarget> opened;
    std::unique_ptr<Judge> judge;

    [[nodiscard]] Workbench bench() const { return {*opened->target, *judge, opened->calibration}; }
    /// The strictest tier that counts.
    [[nodiscard]] Tier tier(const ObservedOptions& options) const {
        return options.tier.value_or(opened->tier);
    }
};

/// Opens the place. If that fails, says why; then the exit code.
std::variant<ObservedPlace, int> open_place(const ObservedOptions& options);

/// Runs and judges `program`. The exit code, having said why, if it could not be run.
std::variant<Finding, int> observe_program(const ObservedPlace& place, const Program& program,
                                           Tier strictest);

/// `jobs` processes that try smaller programs on instances of `target`.
ShrinkHelp shrink_help(int jobs, OpenTarget& target);

/// Writes `text` to the file `output`, or to the standard output if there is none. The exit code if
/// that fails, having said why, else `exit_code`.
int write_result(const std::string& output, const std::string& text, int exit_code);

}  // namespace epollcheck
