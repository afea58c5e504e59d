// `epollcheck replay`. See verb_replay.h.

#include "harness/cli/verb_replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/program_argument.h"
#include "harness/cli/terminal.h"
#include "harness/cli/undisturbed.h"
#include "harness/program/printer.h"
#include "reports/human_report.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(Every different set of answers is shown once, and what was allowed where they do not conform.
The exit code is that of the worst run.

Examples:
  epollcheck replay finding.ep                run a program and judge it
  epollcheck replay finding.ep --times 1000   how often does it happen?
  epollcheck replay golden/t03-round-robin    a case of the suite by its id
  epollcheck replay finding.ep --target gvisor   on another implementation)";

struct ReplayOptions {
    std::string program;
    std::uint64_t times = 1;
    TargetChoice target;
    std::optional<Tier> tier;  // default: that of the target
    std::string profile;
};

/// Runs that gave the same answers.
struct Outcome {
    Trace trace;
    CaseResult result;
    std::uint64_t count = 0;
};

/// The exit code for one result; a larger one is worse.
int exit_code_of(const CaseResult& result) {
    switch (result.status) {
        case CaseStatus::kPassed:
            return exit_code::kConforms;
        case CaseStatus::kFailed:
        case CaseStatus::kCrashed:
            return exit_code::kDeviation;
        case CaseStatus::kSkipped:
        case CaseStatus::kInconclusive:
            return exit_code::kInconclusive;
        case CaseStatus::kError:
            break;
    }
    return exit_code::kOwnFault;
}

/// How bad an exit code is: a fault of our own before a deviation before doubt.
int severity(int exit_code) {
    constexpr int kOrder[] = {exit_code::kConforms, exit_code::kInconclusive, exit_code::kDeviation,
                              exit_code::kOwnFault};
    return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), exit_code) -
                            std::begin(kOrder));
}

std::string answers_text(const Program& program, const Trace& trace) {
    std::string text;
    for (std::size_t i = 0; i < trace.size(); ++i) {
        const Operation& operation = program.operations[i];
        const std::string call = print_operation(program, i);
        // A call that binds a handle already shows its success.
        const bool shown = trace[i].result.kind == ResultKind::kDescriptor &&
                           operation.bound[0] != kNoHandle && operation.bound[1] == kNoHandle;
        text += fmt::format("    {:>4}  {}{}\n", i + 1, call,
                            shown ? "" : " -> " + print_answer(operation, program, trace[i]));
    }
    return text;
}

std::string outcome_text(const Program& program, const Outcome& outcome, std::uint64_t done,
                         Tier tier) {
    const bool colour = colour_wanted();
    std::string text =
        fmt::format("{} of {} run{}: {}\n", outcome.count, done, done == 1 ? "" : "s",
                    Paint(colour).status(outcome.result.status));
    if (outcome.result.status == CaseStatus::kPassed) {
        text = fmt::format("{} of {} run{}: conforms at tier {}\n", outcome.count, done,
                           done == 1 ? "" : "s", tier_name(tier));
    }
    text += "\n" + answers_text(program, outcome.trace) + "\n";
    if (outcome.result.status != CaseStatus::kPassed) {
        text += human_case(outcome.result, colour);
    }
    return text;
}

int replay(const ReplayOptions& options) {
    auto program = load_program_argument(options.program);
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
    const Tier tier = options.tier.value_or(target.tier);
    // A person who names a program wants it run, whichever tier it was written for.
    program->header.tier = std::min(program->header.tier, tier);
    watch_for_interrupt();
    Judge judge(target.profile, target.calibration);
    const Workbench bench{*target.target, judge, target.calibration};
    std::vector<Outcome> outcomes;
    std::uint64_t done = 0;
    int code = exit_code::kConforms;
    {
        Progress progress("runs", options.times);
        for (; done < options.times && !interrupted(); progress.show(++done)) {
            Outcome outcome;
            outcome.result = run_undisturbed(*program, bench, tier, outcome.trace);
            code = std::max(code, exit_code_of(outcome.result),
                            [](int left, int right) { return severity(left) < severity(right); });
            const auto same = std::find_if(
                outcomes.begin(), outcomes.end(),
                [&](const Outcome& earlier) { return earlier.trace == outcome.trace; });
            Outcome& counted =
                same != outcomes.end() ? *same : outcomes.emplace_back(std::move(outcome));
            ++counted.count;
        }
    }
    for (const Outcome& outcome : outcomes) {
        print(outcome_text(*program, outcome, done, tier));
    }
    print(fmt::format("{}, profile {}\n", target.target->kernel(), target.profile.name));
    return done < options.times ? exit_code::kInterrupted : code;
}

}  // namespace

RunVerb add_replay_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<ReplayOptions>();
    command.footer(kFooter);
    add_program_argument(command, options->program);
    command.add_option("--times", options->times, "how often to run it; default 1")
        ->option_text("K")
        ->check(above_zero());
    add_target_options(command, options->target);
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    return [options] { return replay(*options); };
}

}  // namespace epollcheck
