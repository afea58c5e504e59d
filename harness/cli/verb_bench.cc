// `epollcheck bench`. See verb_bench.h.

#include "harness/cli/verb_bench.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "harness/check/enumeration_speed.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/open_target.h"
#include "harness/cli/terminal.h"

namespace epollcheck {

namespace {

struct BenchOptions {
    std::string format = "human";
    int rounds = 41;
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
    auto error = measure_speed(workbench, options.rounds, figures);
    if (!error) {
        error = measure_enumeration(workbench, options.rounds, figures);
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
    command.footer(
        "judged_over_bare_ratio compares programs that are run and judged with the same system\n"
        "calls in a bare loop, in turns on the same core; enumerate_over_bare_ratio does so for "
        "the\n"
        "programs of `epollcheck enumerate`. Compare ratios, never seconds of different runs.");
    return [options] { return bench(*options); };
}

}  // namespace epollcheck
