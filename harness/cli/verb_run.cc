// `epollcheck run`. See verb_run.h.

#include "harness/cli/verb_run.h"

#include <fmt/format.h>

#include <chrono>

#include "conformance/catch_session.h"
#include "harness/cli/case_list.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/run_report.h"
#include "harness/cli/terminal.h"
#include "harness/cli/undisturbed.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(Cases are selected by all the options together; a case is selected by any of several ids, of
several tags, or of several rules. Every case is run, its answers are judged, and what the case
says, what the model says and what the kernel answers are compared pair by pair.

Examples:
  epollcheck run                                  all cases, in random order
  epollcheck run golden 'edge/*second*'           a topic, and cases by a pattern
  epollcheck run --rule R-C15 --tag oneshot       cases about a rule that have a tag
  epollcheck run --tier linux                     leave out what only this kernel does
  epollcheck run --format jsonl --output r.jsonl  keep the results; a summary is printed
  epollcheck run --seed 7 --fail-fast             in the order of an earlier run)";

struct RunOptions {
    Selection selection;
    Tier tier = Tier::kExact;
    Format format = Format::kHuman;
    std::string output;
    std::string profile;
    std::string cases;
    std::uint64_t seed = 0;
    bool list = false;
    bool fail_fast = false;
    std::vector<std::string> command;
};

int exit_code_of(const RunSummary& summary) {
    if (summary.interrupted) {
        return exit_code::kInterrupted;
    }
    if (summary.count(CaseStatus::kError) > 0) {
        return exit_code::kOwnFault;
    }
    if (summary.count(CaseStatus::kFailed) > 0) {
        return exit_code::kDeviation;
    }
    const bool judged_all =
        summary.count(CaseStatus::kInconclusive) == 0 && summary.count(CaseStatus::kPassed) > 0;
    return judged_all ? exit_code::kConforms : exit_code::kInconclusive;
}

class Run {
public:
    Run(const RunOptions& options, OpenTarget& target, RunReport& report)
        : options_(options),
          target_(target),
          report_(report),
          judge_(target.profile, target.calibration) {}

    /// The summary, or nothing if the cases could not be run.
    std::optional<RunSummary> all(const std::vector<const Case*>& cases) {
        const auto start = std::chrono::steady_clock::now();
        Progress progress("cases", cases.size());
        const Workbench bench{*target_.target, judge_, target_.calibration};
        Trace trace;
        std::size_t failed = 0;
        const SessionHooks hooks{
            .run =
                [&](const Case& test_case) {
                    return run_undisturbed(test_case.program, bench, options_.tier, trace);
                },
            .record =
                [&](const CaseResult& result) {
                    report_.add(result);
                    const bool bad =
                        result.status == CaseStatus::kFailed || result.status == CaseStatus::kError;
                    failed += bad ? 1 : 0;
                    progress.show(report_.cases().size(), fmt::format("{} failed", failed));
                    return !interrupted() && !(bad && options_.fail_fast);
                }};
        if (!run_catch_session(cases, hooks)) {
            return std::nullopt;
        }
        RunSummary summary = count_cases(report_.cases());
        summary.interrupted = interrupted() && report_.cases().size() < cases.size();
        summary.duration_us = std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::steady_clock::now() - start)
                                  .count();
        summary.exit_code = exit_code_of(summary);
        return summary;
    }

private:
    const RunOptions& options_;
    OpenTarget& target_;
    RunReport& report_;
    Judge judge_;
};

int run_selected(const RunOptions& options, std::vector<const Case*> cases) {
    RunReport report(options.format, options.output);
    if (report.error()) {
        complain(*report.error());
        return exit_code::kUsage;
    }
    auto opened = open_target({}, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    OpenTarget& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    watch_for_interrupt();
    RunHeader header{.version = EPOLLCHECK_RELEASE,
                     .command = options.command,
                     .seed = options.seed,
                     .profile = "",
                     .probed = {},
                     .kernel = "",
                     .tier = options.tier,
                     .selected = cases.size()};
    describe_target(target, header);
    report.begin(std::move(header));
    shuffle_cases(cases, options.seed);
    const auto summary = Run(options, target, report).all(cases);
    if (!summary) {
        complain("Catch2 could not run the cases");
        return exit_code::kOwnFault;
    }
    report.end(*summary);
    if (report.error()) {
        complain(*report.error());
        return exit_code::kOwnFault;
    }
    return summary->exit_code;
}

int run(const RunOptions& options) {
    std::vector<const Case*> cases;
    const auto suite = load_cases(options.cases);
    if (const int code = select_or_complain(suite, options.selection, cases); code != 0) {
        return code;
    }
    if (options.list) {
        print(case_list_text(cases));
        return exit_code::kConforms;
    }
    return run_selected(options, cases);
}

}  // namespace

RunVerb add_run_verb(CLI::App& command, const CommandLine& line) {
    auto options = std::make_shared<RunOptions>();
    options->command = line.arguments;
    command.footer(kFooter);
    add_selection_options(command, options->selection);
    add_tier_option(command, options->tier);
    command.add_flag("--list", options->list, "only list the cases that are selected");
    add_format_option(command, options->format);
    command
        .add_option("--output", options->output,
                    "write the report to a file; a report for people is printed\n"
                    "as well")
        ->option_text("FILE");
    command.add_flag("--fail-fast", options->fail_fast, "stop after the first case that fails");
    add_seed_option(command, options->seed);
    add_profile_option(command, options->profile);
    add_cases_option(command, options->cases);
    return [options] { return run(*options); };
}

}  // namespace epollcheck
