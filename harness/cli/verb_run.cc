// `epollcheck run`. See verb_run.h.

#include "harness/cli/verb_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "harness/cli/case_list.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "harness/cli/run_on_target.h"
#include "harness/cli/run_processes.h"
#include "harness/cli/run_report.h"
#include "harness/cli/target_expectations.h"
#include "harness/cli/terminal.h"
#include "reports/results_reader.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(Cases are selected by all the options together; a case is selected by any of several ids, of
several tags, or of several rules. Every case is run, its answers are judged, and what the case
says, what the model says and what the kernel answers are compared pair by pair.

With several targets each runs in a process of its own, and the report for people is a matrix. A
target may have a file of expectations, with the deviations that are known: they do not count as
failures. One that did not happen although its case ran is stale, and the run ends with 3.

Exit code, the first that fits on any target: 130 interrupted, 70 a fault of epollcheck or of the
machine, 1 a deviation that nobody expected, 3 a stale expectation, 5 not all could be judged, 0.

Examples:
  epollcheck run                                  all cases, in random order
  epollcheck run golden 'edge/*second*'           a topic, and cases by a pattern
  epollcheck run --rule R-C15 --tag oneshot       cases about a rule that have a tag
  epollcheck run --tier linux                     leave out what only this kernel does
  epollcheck run --format jsonl --output r.jsonl  keep the results; a summary is printed
  epollcheck run --rerun-failed r.jsonl           only what was not right there
  epollcheck run --seed 7 --fail-fast             in the order of an earlier run
  epollcheck run --target in-process --target model:EdgeIsLevel
                                                  two targets, compared)";

struct RunOptions {
    Selection selection;
    std::vector<TargetChoice> targets;  // empty: the usual one
    std::optional<Tier> tier;
    Format format = Format::kHuman;
    std::string output;
    std::string profile;
    std::string cases;
    ExpectationsChoice expectations;
    Share shard;
    std::string rerun_failed;
    std::size_t jobs = 1;
    std::uint64_t seed = 0;
    bool list = false;
    bool fail_fast = false;
    std::vector<std::string> command;
};

bool was_bad(const CaseResult& result) {
    return result.is_problem() || result.status == CaseStatus::kError;
}

/// Leaves in `cases` those that were bad in the results of an earlier run. False if these cannot be
/// read, having said so.
bool keep_failed(const std::string& file, std::vector<const Case*>& cases) {
    const auto loaded = load_runs(file);
    if (const auto* error = std::get_if<ResultsError>(&loaded)) {
        complain(error->text);
        return false;
    }
    std::set<std::string> failed;
    for (const Results& run : std::get<std::vector<Results>>(loaded)) {
        for (const CaseResult& result : run.cases) {
            if (was_bad(result)) {
                failed.insert(result.id);
            }
        }
    }
    std::erase_if(cases, [&](const Case* test_case) {
        return failed.count(test_case->program.header.id) == 0;
    });
    return true;
}

/// Every count-th case, so that the slow ones of a topic are spread.
void keep_shard(const Share& shard, std::vector<const Case*>& cases) {
    std::vector<const Case*> kept;
    for (std::size_t i = shard.index; i < cases.size(); i += shard.count) {
        kept.push_back(cases[i]);
    }
    cases = std::move(kept);
}

/// Hands the records of the one run to the report, and shows how far it is.
class ReportSink final : public RunSink {
public:
    ReportSink(RunReport& report, std::size_t cases) : report_(report), progress_("cases", cases) {}

    void begin(const RunHeader& header) override { report_.begin(0, header); }
    void add(const CaseResult& result) override {
        report_.add(0, result);
        failed_ += was_bad(result) ? 1 : 0;
        progress_.show(report_.runs().front().cases.size(), fmt::format("{} failed", failed_));
    }
    void add(const StaleRecord& stale) override { report_.add(0, stale); }
    void end(const RunSummary& summary) override { report_.end(0, summary); }

private:
    RunReport& report_;
    Progress progress_;
    std::size_t failed_ = 0;
};

/// Runs on several targets. Returns what went wrong beside the cases.
std::vector<std::string> run_on_all(const RunPlan& plan, const std::vector<PlannedTarget>& targets,
                                    std::size_t jobs, RunReport& report) {
    Progress progress("cases", plan.cases.size() * targets.size());
    const auto show = [&] {
        std::size_t done = 0;
        std::string note;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const std::size_t ran = report.runs()[i].cases.size();
            done += ran;
            note += fmt::format("{}{} {}", i == 0 ? "" : ", ", targets[i].name(), ran);
        }
        progress.show(done, note);
    };
    return run_in_processes(plan, targets, jobs, report, show);
}

/// A run that could not start has a header all the same, so that it is in the report.
void name_missing_runs(const RunPlan& plan, const std::vector<PlannedTarget>& targets,
                       RunReport& report) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (report.runs()[i].header.version.empty()) {
            RunHeader header;
            header.version = EPOLLCHECK_RELEASE;
            header.command = plan.command;
            header.seed = plan.seed;
            header.tier = plan.tier.value_or(Tier::kExact);
            header.selected = plan.cases.size();
            header.target = targets[i].name();
            report.begin(i, header);
        }
    }
}

/// The runs and the report about them; the exit code over all.
int run_plan(const RunPlan& plan, const std::vector<PlannedTarget>& targets,
             const RunOptions& options) {
    RunReport report(options.format, options.output, targets.size());
    if (report.error()) {
        complain(*report.error());
        return exit_code::kUsage;
    }
    watch_for_interrupt();
    int code = exit_code::kConforms;
    if (targets.size() == 1) {
        ReportSink sink(report, plan.cases.size());
        if (const auto error = run_on_target(plan, targets.front(), sink)) {
            complain(error->what);
            return exit_code::kOwnFault;
        }
    } else {
        for (const std::string& failure : run_on_all(plan, targets, options.jobs, report)) {
            complain(failure);
            code = exit_code::kOwnFault;
        }
        name_missing_runs(plan, targets, report);
    }
    report.finish();
    if (report.error()) {
        complain(*report.error());
        return exit_code::kOwnFault;
    }
    for (const Results& run : report.runs()) {
        code = exit_code::worse(code, run.summary     ? run.summary->exit_code
                                      : interrupted() ? exit_code::kInterrupted
                                                      : exit_code::kOwnFault);
    }
    return code;
}

/// The targets with their expectations, or nothing if these are wrong.
std::optional<std::vector<PlannedTarget>> plan_targets(const RunOptions& options) {
    std::vector<PlannedTarget> targets;
    for (const TargetChoice& choice : options.targets) {
        targets.push_back({choice, {}});
    }
    if (targets.empty()) {
        targets.emplace_back();
    }
    std::set<std::string> names;
    for (PlannedTarget& target : targets) {
        if (!names.insert(target.name()).second) {
            complain(fmt::format("the target '{}' is named twice", target.name()));
            return std::nullopt;
        }
        auto expectations = choose_expectations(options.expectations, target.choice);
        if (!expectations) {
            return std::nullopt;
        }
        target.expectations = std::move(*expectations);
    }
    return targets;
}

int run(const RunOptions& options) {
    RunPlan plan;
    const auto suite = load_cases(options.cases);
    if (const int code = select_or_complain(suite, options.selection, plan.cases); code != 0) {
        return code;
    }
    if (!options.rerun_failed.empty() && !keep_failed(options.rerun_failed, plan.cases)) {
        return exit_code::kUsage;
    }
    keep_shard(options.shard, plan.cases);
    if (plan.cases.empty()) {
        complain("no case is left to run; see `epollcheck list`");
        return exit_code::kNothingSelected;
    }
    if (options.list) {
        print(case_list_text(plan.cases));
        return exit_code::kConforms;
    }
    const auto targets = plan_targets(options);
    if (!targets) {
        return exit_code::kUsage;
    }
    // Expectations of a target are written for the cases of the binary; others have their own.
    plan.whole_suite = plan.cases.size() == suite->size() &&
                       (options.cases.empty() || !options.expectations.file.empty());
    plan.tier = options.tier;
    plan.profile = options.profile;
    plan.seed = options.seed;
    plan.fail_fast = options.fail_fast;
    plan.command = options.command;
    shuffle_cases(plan.cases, options.seed);
    return run_plan(plan, *targets, options);
}

void add_expectations_options(CLI::App& command, ExpectationsChoice& choice) {
    CLI::Option* const file =
        command
            .add_option("--expectations", choice.file,
                        "the deviations that are known, for all targets of this\n"
                        "run; default: harness/targets/expectations/TARGET.toml,\n"
                        "if there is one")
            ->option_text("FILE");
    command.add_flag("--no-expectations", choice.none, "nothing is known")->excludes(file);
}

}  // namespace

RunVerb add_run_verb(CLI::App& command, const CommandLine& line) {
    auto options = std::make_shared<RunOptions>();
    options->command = line.arguments;
    options->jobs = static_cast<std::size_t>(std::clamp(sysconf(_SC_NPROCESSORS_ONLN), 1L, 64L));
    command.footer(kFooter);
    add_selection_options(command, options->selection);
    command
        .add_option("--rerun-failed", options->rerun_failed,
                    "only cases that failed unexpectedly, crashed the target or\n"
                    "could not be run, by the results in a file")
        ->option_text("RESULTS");
    add_shard_option(command, options->shard);
    command.add_flag("--list", options->list, "only list the cases that are selected");
    add_target_options(command, options->targets);
    command.add_option("--jobs", options->jobs, "targets that run at the same time")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    add_expectations_options(command, options->expectations);
    add_tier_option(command, options->tier);
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
