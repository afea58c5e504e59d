// `epollcheck shrink`. See verb_shrink.h.

#include "harness/cli/verb_shrink.h"

#include <fmt/format.h>

#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/observed_program.h"
#include "harness/cli/observed_race.h"
#include "harness/cli/options.h"
#include "harness/cli/program_argument.h"
#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "model/rules/rule.h"
#include "stress/race_report.h"

namespace epollcheck {

namespace {

constexpr int kMostShrinkJobs = 64;

constexpr const char* kFooter =
    R"(The program is run on the target, which is this kernel if none is named. If an answer is
forbidden, operations are removed and arguments are made simpler as long as the same tier forbids an
answer to the same kind of operation by one of the same rules, and it differs in the same way; the
last and smallest program is printed. Its handles get canonical names.

Of several threads one run says little. The program is run until it deviates, with threads shifted
against each other anew each time; then again, to see how frequent that is; and each smaller program
so often that a race as frequent as that one would show with 95% confidence. Whole threads go first.
How often the smallest program shows it is measured and said.

With --jobs smaller programs are tried at the same time, on instances of the target of their own. Of
those the first one in their order is taken that deviates, so the result is the same for any N. (Of
races the same programs are tried under the same schedules; what comes of it is chance.)

Exit codes: 0 the program conforms and nothing is printed, 1 it deviates and a program is printed,
2 there is no such program, 5 the model cannot follow it, 70 something failed.

Examples:
  epollcheck shrink finding.ep --output small.ep
  epollcheck shrink --target model:D-01 edge/becoming-ready-is-reported
  epollcheck shrink --target epoll-on-poll race.ep --runs 100000 --seed 7
  epollcheck shrink --target gvisor finding.ep --jobs 4
  epollcheck shrink finding.ep | epollcheck emit-c -)";

struct ShrinkOptions {
    ObservedOptions observed;
    std::string program;
    std::string output;
    RaceSearch search;
    int jobs = 1;
};

std::string cause_text(const Finding& finding) {
    const Deviation& deviation = finding.judgement.deviations.front();
    std::string rules;
    deviation.rules.for_each([&](Rule rule) { rules += fmt::format(" {}", rule_info(rule).id); });
    const Operation& operation = finding.program.operations[deviation.step];
    return fmt::format("step {}, {}: {} is forbidden at tier {} by{}", deviation.step + 1,
                       print_operation(finding.program, deviation.step),
                       print_answer(operation, finding.program, finding.trace[deviation.step]),
                       tier_name(deviation.tier), rules);
}

/// The header of the larger program is not true of the smaller one.
void give_header(Finding& small, const Program& before, const std::string& name) {
    const Deviation& deviation = small.judgement.deviations.front();
    Header header;
    header.title = "Shrunk from " + (before.header.id.empty() ? name : before.header.id);
    header.tier = deviation.tier;
    header.needs = before.header.needs;
    deviation.rules.for_each([&](Rule rule) { header.rules.emplace_back(rule_info(rule).id); });
    small.program.header = header;
}

/// A program of several threads. Returns the exit code.
int shrink_threads(const ShrinkOptions& options, const ObservedPlace& place,
                   const Program& program) {
    const Tier tier = place.tier(options.observed);
    const ConcurrentRunner run = runner_on(*place.opened);
    HistoryJudge judge(place.judge->profile(), place.judge->calibration(), tier);
    auto found = find_race(program, run, judge, options.search);
    if (const int* code = std::get_if<int>(&found)) {
        return *code;
    }
    const auto& finding = std::get<RaceFinding>(found);
    warn(fmt::format("before: {} operations, {} in run {}; seed {}", program.operations.size(),
                     finding.cause, finding.number, options.search.seed));
    const SmallerRace race =
        shrink_race(finding, run, judge, {}, interrupted, race_help(options.jobs, *place.opened));
    warn("after: " + confidence_text(race, program.operations.size()));
    Program small = with_answers(race.finding.program, race.finding.trace);
    small.header = {};
    small.header.title =
        "Shrunk from " + (program.header.id.empty() ? options.program : program.header.id);
    small.header.tier = tier;
    race.finding.judgement.rules.for_each(
        [&](Rule rule) { small.header.rules.emplace_back(rule_info(rule).id); });
    return write_result(options.output, print_program(small), exit_code::kDeviation);
}

int shrink(const ShrinkOptions& options) {
    const auto program = load_program_argument(options.program);
    if (!program) {
        return exit_code::kUsage;
    }
    auto opened = open_place(options.observed);
    if (const int* code = std::get_if<int>(&opened)) {
        return *code;
    }
    const auto& place = std::get<ObservedPlace>(opened);
    if (has_threads(program->operations)) {
        return shrink_threads(options, place, *program);
    }
    const Tier tier = place.tier(options.observed);
    auto observed = observe_program(place, *program, tier);
    if (const int* code = std::get_if<int>(&observed)) {
        return *code;
    }
    const Finding& finding = std::get<Finding>(observed);
    if (finding.judgement.deviations.empty()) {
        const bool conforms = finding.judgement.verdict == Verdict::kConforms;
        warn(conforms ? "the program conforms: there is nothing to shrink"
                      : fmt::format("the model cannot follow the program from operation {} on: {}",
                                    finding.judgement.reason_step + 1, finding.judgement.reason));
        return conforms ? exit_code::kConforms : exit_code::kInconclusive;
    }
    Finding small = shrink_finding(place.bench(), *program, finding.trace, tier,
                                   shrink_help(options.jobs, *place.opened));
    give_header(small, *program, options.program);
    warn(fmt::format("before: {} operations; {}", program->operations.size(), cause_text(finding)));
    warn(fmt::format("after: {} operations; {}", small.program.operations.size(),
                     cause_text(small)));
    return write_result(options.output, print_program(small.program), exit_code::kDeviation);
}

}  // namespace

RunVerb add_shrink_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<ShrinkOptions>();
    command.footer(kFooter);
    add_program_argument(command, options->program);
    command.add_option("--output", options->output, "the file to write; default: standard output")
        ->option_text("FILE");
    command
        .add_option("--runs", options->search.runs,
                    "how often a program of several threads is run at most until\n"
                    "it deviates")
        ->option_text("N");
    command
        .add_option("--jobs", options->jobs, "processes that try smaller programs at the same time")
        ->option_text("N")
        ->check(CLI::Range(1, kMostShrinkJobs));
    add_seed_option(command, options->search.seed);
    add_observed_options(command, options->observed);
    return [options] { return shrink(*options); };
}

}  // namespace epollcheck
