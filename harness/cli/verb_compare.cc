// `epollcheck compare`. See verb_compare.h.

#include "harness/cli/verb_compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/check/allowed_along.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/program_argument.h"
#include "harness/cli/run_exit_code.h"
#include "harness/cli/run_on_target.h"
#include "harness/cli/terminal.h"
#include "harness/cli/undisturbed.h"
#include "harness/program/printer.h"
#include "reports/side_by_side.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(Every operation is a row and every target a column. Rows where the targets do not answer
alike, or where an answer is forbidden, are marked, and below stands what the model allows there, by
the profile and the tier of each target. The exit code is that of the worst target (see
`epollcheck run --help`); answers that differ and are allowed all the same are no deviation.

Examples:
  epollcheck compare edge/mod-rearms --target in-process --target gvisor
  epollcheck compare finding.ep --target in-process --target model
                                               the kernel here beside the model
  epollcheck compare edge/mod-rearms --target model --target model:EdgeIsLevel
                                               what a seeded defect looks like)";

struct CompareOptions {
    std::string program;
    std::vector<TargetChoice> targets;
    std::optional<Tier> tier;
    std::string profile;
    std::size_t width = 100;
};

/// The exit code for one result.
int exit_code_of(const CaseResult& result) {
    RunSummary summary = count_cases({result});
    return exit_code_of(summary);
}

std::string outcome_text(const CaseResult& result, Tier tier) {
    switch (result.status) {
        case CaseStatus::kPassed:
            return fmt::format("conforms at tier {}", tier_name(tier));
        case CaseStatus::kFailed:
            return result.deviation
                       ? fmt::format("deviates at tier {}: {}", tier_name(result.deviation->tier),
                                     result.cause)
                       : fmt::format("{} disagree: {}", result.disagreements.front().between,
                                     result.disagreements.front().text);
        case CaseStatus::kCrashed:
        case CaseStatus::kSkipped:
        case CaseStatus::kInconclusive:
        case CaseStatus::kError:
            break;
    }
    return fmt::format("{}: {}", status_name(result.status), result.reason);
}

class Comparison {
public:
    Comparison(const CompareOptions& options, const Program& program)
        : options_(options), program_(program) {
        const Header& header = program.header;
        table_.title =
            header.id + (header.id.empty() || header.title.empty() ? "" : ": ") + header.title;
        for (std::size_t i = 0; i < program.operations.size(); ++i) {
            table_.operations.push_back(print_operation(program, i));
        }
    }

    /// Runs the program on one more target. False if that could not be opened, having said so.
    bool add(const TargetChoice& choice) {
        auto opened = open_target(choice, options_.profile);
        if (const auto* error = std::get_if<HarnessError>(&opened)) {
            complain(about_target(PlannedTarget{choice, {}}.name(), error->what));
            return false;
        }
        OpenTarget& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
        const Tier tier = options_.tier.value_or(target.tier);
        Program program = program_;
        // A person who names a program wants it run, whichever tier it was written for.
        program.header.tier = std::min(program.header.tier, tier);
        Judge judge(target.profile, target.calibration);
        const Workbench bench{*target.target, judge, target.calibration};
        Trace trace;
        const CaseResult result = run_undisturbed(program, bench, tier, trace);
        code_ = exit_code::worse(code_, exit_code_of(result));
        table_.targets.push_back(column_of(target, judge, tier, trace, result));
        return true;
    }

    [[nodiscard]] const SideBySide& table() const { return table_; }
    [[nodiscard]] int code() const { return code_; }

private:
    [[nodiscard]] ComparedTarget column_of(const OpenTarget& target, const Judge& judge, Tier tier,
                                           const Trace& trace, const CaseResult& result) const {
        ComparedTarget column;
        column.name = target.name;
        column.about = fmt::format("{}, profile {}", target.target->kernel(), target.profile.name);
        column.outcome = outcome_text(result, tier);
        column.good = result.status == CaseStatus::kPassed;
        Tier judged = tier;
        if (result.deviation) {
            judged = result.deviation->tier;
            column.forbidden_step = result.deviation->step;
            for (const TierFinding& finding : result.deviation->findings) {
                if (finding.tier == judged) {
                    column.rules = fmt::format("{}", fmt::join(finding.rules, " "));
                }
            }
        }
        for (std::size_t i = 0; i < trace.size(); ++i) {
            column.answers.push_back(print_answer(program_.operations[i], program_, trace[i]));
        }
        for (const auto& allowed : allowed_along(program_.operations, trace, judge, judged)) {
            std::vector<std::string> texts;
            for (const AllowedAnswer& answer : allowed) {
                texts.push_back(print_answer(program_.operations[column.allowed.size()], program_,
                                             answer.observation()));
            }
            column.allowed.push_back(std::move(texts));
        }
        return column;
    }

    const CompareOptions& options_;
    const Program& program_;
    SideBySide table_;
    int code_ = exit_code::kConforms;
};

int compare(const CompareOptions& options) {
    const auto program = load_program_argument(options.program);
    if (!program) {
        return exit_code::kUsage;
    }
    watch_for_interrupt();
    Comparison comparison(options, *program);
    bool all = true;
    for (const TargetChoice& choice : options.targets) {
        all = !interrupted() && comparison.add(choice) && all;
    }
    if (!comparison.table().targets.empty()) {
        print(side_by_side_text(comparison.table(), options.width, colour_wanted()));
    }
    return interrupted() ? exit_code::kInterrupted : all ? comparison.code() : exit_code::kOwnFault;
}

}  // namespace

RunVerb add_compare_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<CompareOptions>();
    command.footer(kFooter);
    add_program_argument(command, options->program);
    add_target_options(command, options->targets);
    command.add_option("--width", options->width, "columns of the table")
        ->capture_default_str()
        ->check(CLI::Range(40, 1000));
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    return [options] {
        if (options->targets.empty()) {
            complain("compare needs targets; give --target twice, or more often");
            return exit_code::kUsage;
        }
        return compare(*options);
    };
}

}  // namespace epollcheck
