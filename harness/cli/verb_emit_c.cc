// `epollcheck emit-c`. See verb_emit_c.h.

#include "harness/cli/verb_emit_c.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/check/calibrate.h"
#include "harness/check/reproducer.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/observed_program.h"
#include "harness/cli/observed_race.h"
#include "harness/cli/options.h"
#include "harness/cli/program_argument.h"
#include "harness/cli/terminal.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(The file needs a C compiler and nothing of epollcheck. It makes the calls of the program one
after the other and compares each answer with those that the model allows there. Its exit status
is 0 if all are allowed, 1 with a line about the first one that is not, and 77 if the machine lacks
something or the answers leave what the file is about. With --last it is about the last call alone,
which makes it shorter: the others only have to lead up to it.

A program is not run, and the tier is the one in its header (exact without one), unless --tier is
given. With --run it is run on the target first; if it deviates, the file is about that deviation,
at the loosest tier that forbids it, and ends there.

A program of several threads runs again and again in its file, with delays that sweep the windows
of races (arguments: how often, and a seed; compile with -pthread). Each answer has to be one that
is written down. With --run the program is run until a history deviates, and the file looks for that
one: exit status 1 and the answers if it comes, 0 if it does not in so many repetitions.

--style kselftest makes a test for tools/testing/selftests of the kernel, where the program has
one thread and one process.

Exit codes: 0 the file is written, 2 there is no such program, 5 it cannot be written in C or the
model cannot follow it (the reason is said), 70 something failed.

Examples:
  epollcheck emit-c finding.ep --output finding.c && cc finding.c && ./a.out
  epollcheck emit-c golden/t03-round-robin           a case, to the standard output
  epollcheck emit-c --run --target model:D-01 edge/becoming-ready-is-reported
  epollcheck emit-c --style kselftest golden/t03-round-robin
  epollcheck emit-c --directory /tmp/c pipe/*.ep     many, NAME.c each)";

struct EmitOptions {
    ObservedOptions observed;
    bool run = false;
    bool last = false;
    CStyle style = CStyle::kPlain;
    RaceSearch search;
    std::vector<std::string> programs;
    std::string output;
    std::string directory;
};

using EmittedC = std::variant<std::string, CannotEmit>;

/// Where the file of the program `name` goes: "a/b.ep" becomes "a--b.c".
std::string file_of(const EmitOptions& options, const Program& program, const std::string& name) {
    if (options.directory.empty()) {
        return options.output;
    }
    std::string base =
        program.header.id.empty() ? name.substr(name.rfind('/') + 1) : program.header.id;
    for (auto at = base.find('/'); at != std::string::npos; at = base.find('/')) {
        base.replace(at, 1, "--");
    }
    if (base.ends_with(".ep")) {
        base.resize(base.size() - 3);
    }
    return fmt::format("{}/{}.c", options.directory, base);
}

/// About how a run deviates, or nothing if it conforms. The exit code if it could not be run.
std::variant<EmittedC, std::monostate, int> emit_deviation(const EmitOptions& options,
                                                           const ObservedPlace& place,
                                                           const Program& program) {
    const Tier tier = place.tier(options.observed);
    if (has_threads(program.operations)) {
        const ConcurrentRunner run = runner_on(*place.opened);
        HistoryJudge judge(place.judge->profile(), place.judge->calibration(), tier);
        auto found = find_race(program, run, judge, options.search);
        if (const int* code = std::get_if<int>(&found)) {
            return *code;
        }
        return emitted_race(confirm_race(std::get<RaceFinding>(found), run, judge), judge, tier);
    }
    auto observed = observe_program(place, program, tier);
    if (const int* code = std::get_if<int>(&observed)) {
        return *code;
    }
    const Finding& finding = std::get<Finding>(observed);
    if (finding.judgement.deviations.empty()) {
        warn("the program conforms: the file is about no deviation");
        return std::monostate();
    }
    return reproducer_c(program, finding.trace, finding.judgement.deviations.front(), *place.judge,
                        options.style);
}

/// Returns an exit code.
int emit_one(const EmitOptions& options, const ObservedPlace& place, const std::string& name) {
    const auto program = load_program_argument(name);
    if (!program) {
        return exit_code::kUsage;
    }
    const Workbench bench = place.bench();
    if (const auto error = calibrate_for(bench.target, program->operations, bench.calibration)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    const Tier tier = options.observed.tier.value_or(program->header.tier);
    std::optional<EmittedC> emitted;
    if (options.run) {
        auto made = emit_deviation(options, place, *program);
        if (const int* code = std::get_if<int>(&made)) {
            return *code;
        }
        if (auto* about = std::get_if<EmittedC>(&made)) {
            emitted = std::move(*about);
        }
    }
    if (!emitted) {
        emitted = reproducer_c(*program, tier, *place.judge,
                               options.last ? About::kLastCall : About::kEveryCall, options.style);
    }
    if (const auto* obstacle = std::get_if<CannotEmit>(&*emitted)) {
        complain(fmt::format("{}: {}", name, obstacle->what));
        return exit_code::kInconclusive;
    }
    return write_result(file_of(options, *program, name), std::get<std::string>(*emitted),
                        exit_code::kConforms);
}

int emit_all(const EmitOptions& options) {
    if (options.programs.size() > 1 && options.directory.empty()) {
        complain("several programs need --directory, which gets one file for each");
        return exit_code::kUsage;
    }
    auto opened = open_place(options.observed);
    if (const int* code = std::get_if<int>(&opened)) {
        return *code;
    }
    int worst = exit_code::kConforms;  // the codes that occur here grow with how bad it is
    for (const std::string& name : options.programs) {
        worst = std::max(worst, emit_one(options, std::get<ObservedPlace>(opened), name));
    }
    return worst;
}

}  // namespace

RunVerb add_emit_c_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<EmitOptions>();
    command.footer(kFooter);
    command
        .add_option("programs", options->programs,
                    "program files (.ep), - for standard input, or case ids")
        ->option_text("FILE...")
        ->required();
    CLI::Option* output =
        command
            .add_option("--output", options->output, "the file to write; default: standard output")
            ->option_text("FILE.c");
    command.add_option("--directory", options->directory, "write NAME.c for each program there")
        ->option_text("DIR")
        ->excludes(output);
    command.add_flag("--run", options->run, "run it first, and be about how it deviates");
    command.add_flag("--last", options->last,
                     "be about the last operation; the others lead up to it, and\n"
                     "the file ends with 77 where they answer otherwise");
    const std::map<std::string, CStyle> styles{{"plain", CStyle::kPlain},
                                               {"kselftest", CStyle::kKselftest}};
    command
        .add_option("--style", options->style,
                    "plain, or kselftest: a TEST with kselftest_harness.h")
        ->transform(CLI::CheckedTransformer(styles))
        ->option_text("STYLE");
    command
        .add_option("--runs", options->search.runs,
                    "with --run, of a program of several threads: how often it\n"
                    "is run at most until it deviates")
        ->option_text("N");
    add_seed_option(command, options->search.seed);
    add_observed_options(command, options->observed);
    return [options] { return emit_all(*options); };
}

}  // namespace epollcheck
