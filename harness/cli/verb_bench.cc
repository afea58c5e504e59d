// `epollcheck bench`. See verb_bench.h.

#include "harness/cli/verb_bench.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "fuzz/fuzz_speed.h"
#include "harness/check/enumeration_speed.h"
#include "harness/check/target_speed.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "stress/history_speed.h"

namespace epollcheck {

namespace {

struct BenchOptions {
    std::string format = "human";
    int rounds = 41;
    TargetChoice target;
};

std::string figure_text(const Figure& figure, bool json) {
    if (json) {
        return nlohmann::ordered_json{
                   {"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}}
                   .dump() +
               "\n";
    }
    return fmt::format("{:<30} {:>12.3f} {}\n", figure.name, figure.value,
                       figure.unit == "1" ? "" : figure.unit);
}

/// Measures the target that was chosen beside the kernel here.
std::optional<HarnessError> measure_chosen(const BenchOptions& options, const Workbench& here,
                                           std::vector<Figure>& figures) {
    auto opened = open_target(options.target, kProbeProfile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        return *error;
    }
    OpenTarget& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    warn_about(target);
    target.target->ask_about(Executor::Asked::kOneInTurn);
    Judge judge(target.profile, target.calibration);
    return measure_target_speed(target.description.name,
                                {*target.target, judge, target.calibration}, here, target.tier,
                                options.rounds, figures);
}

/// Measures programs of several threads.
std::optional<HarnessError> measure_threads(OpenTarget& target, int rounds,
                                            std::vector<Figure>& figures) {
    HistoryJudge judge(target.profile, target.calibration, Tier::kExact);
    const auto run = [&](const Program& program, const Schedule& schedule, ConcurrentTrace& trace) {
        return target.target->run_concurrent(
            program.operations, static_cast<int>(program.handles.size()), schedule, trace);
    };
    return measure_histories(run, judge, rounds, figures);
}

int bench(const BenchOptions& options) {
    auto opened = open_target({}, kProbeProfile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    OpenTarget& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    Judge judge(target.profile, target.calibration);
    std::vector<Figure> figures;
    target.target->ask_about(Executor::Asked::kOneInTurn);  // as campaigns do
    const Workbench workbench{*target.target, judge, target.calibration};
    const bool is_here = options.target.name == kInProcessTarget && options.target.command.empty();
    auto error = is_here ? measure_speed(workbench, options.rounds, figures)
                         : measure_chosen(options, workbench, figures);
    if (!error && is_here) {
        error = measure_enumeration(workbench, options.rounds, figures);
    }
    if (!error && is_here) {
        error = measure_threads(target, options.rounds, figures);
    }
    if (!error && is_here) {
        error = measure_fuzzing(workbench, options.rounds, figures);
    }
    if (error) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    for (const Figure& figure : figures) {
        print(figure_text(figure, options.format == "jsonl"));
    }
    return exit_code::kConforms;
}

}  // namespace

RunVerb add_bench_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<BenchOptions>();
    command.add_option("--format", options->format, "human, or jsonl: one object per figure")
        ->capture_default_str()
        ->check(CLI::IsMember({"human", "jsonl"}));
    command.add_option("--rounds", options->rounds, "rounds of which the median is taken")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    add_target_options(command, options->target);
    command.footer(
        "judged_over_bare_ratio compares programs that are run and judged with the same system\n"
        "calls in a bare loop, in turns on the same core; enumerate_over_bare_ratio does so for "
        "the\n"
        "programs of `epollcheck enumerate`. Compare ratios, never seconds of different runs.\n\n"
        "linearized_operations is the speed of the search on histories of registers; "
        "run_histories\n"
        "and judged_histories are those of programs of several threads.\n\n"
        "With --target T: the programs per second of T from end to end in batches, that as a part "
        "of\nwhat the kernel here does in this process, and the share of the time that is spent "
        "waiting\nfor T, and in which epollcheck itself computes.\n\n"
        "Examples:\n  epollcheck bench\n  epollcheck bench --target native");
    return [options] { return bench(*options); };
}

}  // namespace epollcheck
