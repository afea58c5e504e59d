// `epollcheck explain`. See verb_explain.h.

#include "harness/cli/verb_explain.h"

#include <fmt/format.h>

#include "harness/check/calibrate.h"
#include "harness/check/explanation.h"
#include "harness/check/world_text.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/program_argument.h"
#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(For each step: the operation, what each tier allows there, the rules that decide it, and the
interest and ready lists afterwards when they changed. Without --run nothing is executed: the
answers are those of the model for the profile. With --run the program runs on this machine and
the explanation follows what the kernel answers, up to the first answer that no tier allows.

Examples:
  epollcheck explain golden/t03-round-robin
  epollcheck explain finding.ep --run
  epollcheck explain finding.ep --profile linux-5.10    as an older kernel would answer)";

constexpr std::size_t kWidth = 100;  // columns

struct ExplainOptions {
    std::string program;
    TargetChoice target;
    std::optional<Tier> tier;  // default: that of the target
    std::string profile;
    bool run = false;
};

/// Writes the explanation of one program, step by step.
class Explainer {
public:
    Explainer(const Program& program, const Trace& trace, Judge& judge, Tier tier,
              const ExplainOptions& options)
        : program_(program),
          trace_(trace),
          options_(options),
          paint_(colour_wanted()),
          explanation_(program, trace, judge, tier) {}

    /// Returns the exit code.
    int explain() {
        for (const std::string& note : program_.header.notes) {
            print(fmt::format("# {}\n", note));
        }
        while (explanation_.has_next()) {
            const StepView step = explanation_.next();
            print(step_text(step));
        }
        print(rules_text());
        return code_;
    }

private:
    std::string step_text(const StepView& step) {
        std::string text = paint_.bold(fmt::format("{:>4}  {}", step.step + 1,
                                                   print_operation(program_, step.step))) +
                           "\n";
        if (options_.run && step.answered) {
            text += fmt::format("        the kernel answered {}\n",
                                paint_.bold(answer(step, trace_[step.step])));
        }
        text += tiers_text(step);
        std::string ids;
        step.rules.for_each([&](Rule rule) { ids += fmt::format(" {}", rule_info(rule).id); });
        if (!ids.empty()) {
            text += wrap("rules" + ids, "        ", "              ", kWidth);
        }
        rules_.merge(step.rules);
        return text + lists_text() + "\n";
    }

    std::string tiers_text(const StepView& step) {
        if (const std::string common = common_text(step); !common.empty()) {
            return fmt::format("        every tier allows only {}\n", common);
        }
        std::string text;
        for (const TierView& view : step.tiers) {
            if (view.follows) {
                text += wrap(tier_text(step, view), "        ", "                 ", kWidth);
            }
        }
        return text;
    }

    /// The one answer that all tiers allow, where it is so and the trace agrees; or "".
    std::string common_text(const StepView& step) {
        std::string common;
        for (const TierView& view : step.tiers) {
            const bool single = view.follows && view.allowed.size() == 1 && view.allowed_complete &&
                                view.permits && view.gave_up.empty();
            const std::string only = single ? answer(step, view.allowed.front().observation()) : "";
            if (!single || (!common.empty() && common != only)) {
                return "";
            }
            common = only;
        }
        return common;
    }

    std::string tier_text(const StepView& step, const TierView& view) {
        if (!view.gave_up.empty()) {
            code_ = code_ == exit_code::kConforms ? exit_code::kInconclusive : code_;
            return fmt::format("{:<8} cannot follow the program from here: {}",
                               tier_name(view.tier), view.gave_up);
        }
        std::string text = fmt::format("{:<8} allows ", tier_name(view.tier));
        for (std::size_t i = 0; i < view.allowed.size(); ++i) {
            text += (i > 0 ? " or " : "") + answer(step, view.allowed[i].observation());
        }
        text += view.allowed_complete ? "" : " or others";
        if (step.answered && !view.permits) {
            code_ = exit_code::kDeviation;
            text += paint_.bad("  <-- the answer is forbidden");
        }
        return text;
    }

    std::string lists_text() {
        const World* world = explanation_.world();
        std::string lists =
            world == nullptr ? ""
                             : world_text(*world, explanation_.settings(), program_, "          ");
        std::swap(lists, lists_);
        return lists_ == lists ? "" : lists_;
    }

    [[nodiscard]] std::string rules_text() const {
        std::string text;
        rules_.for_each([&](Rule rule) {
            text += wrap(fmt::format("{:<8} {}", rule_info(rule).id, rule_info(rule).text), "",
                         "         ", kWidth);
        });
        return text;
    }

    std::string answer(const StepView& step, const Observation& observation) const {
        return print_answer(program_.operations[step.step], program_, observation);
    }

    const Program& program_;
    const Trace& trace_;
    const ExplainOptions& options_;
    Paint paint_;
    Explanation explanation_;
    std::string lists_;  // as last shown
    RuleSet rules_;
    int code_ = exit_code::kConforms;
};

int explain(const ExplainOptions& options) {
    const auto program = load_program_argument(options.program);
    if (!program) {
        return exit_code::kUsage;
    }
    auto opened = open_target(options.target, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    OpenTarget& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    warn_about(target);
    if (const auto error = calibrate_for(*target.target, program->operations, target.calibration)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    Judge judge(target.profile, target.calibration);
    Trace trace;
    if (!options.run) {
        trace = judge.predict(program->operations);
    } else if (const auto error = target.target->run(
                   program->operations, static_cast<int>(program->handles.size()), trace)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    return Explainer(*program, trace, judge, options.tier.value_or(target.tier), options).explain();
}

}  // namespace

RunVerb add_explain_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<ExplainOptions>();
    command.footer(kFooter);
    add_program_argument(command, options->program);
    command.add_flag("--run", options->run, "run the program and compare with the kernel");
    add_target_options(command, options->target);
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    return [options] { return explain(*options); };
}

}  // namespace epollcheck
