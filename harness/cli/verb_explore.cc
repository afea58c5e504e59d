// `epollcheck explore`. See verb_explore.h.

#include "harness/cli/verb_explore.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <memory>

#include "conformance/universe_suite.h"
#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/cli/universe_target.h"
#include "harness/program/printer.h"
#include "harness/program/shrink.h"
#include "model/judgement/explorer.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

struct ExploreOptions {
    std::string universe;
    std::string profile;
    ExplorerLimits limits;
    std::size_t megabytes = 512;
    double seconds = std::numeric_limits<double>::infinity();
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string figures_text(const Explorer& explorer, double seconds) {
    const ExplorerCounts& counts = explorer.counts();
    const auto worlds = explorer.worlds().size();
    constexpr double kMega = 1 << 20;
    std::string text = fmt::format(
        "{} worlds, {} transitions, depth {} in {:.1f} s ({:.0f} worlds/s, {:.0f} transitions/s)\n",
        worlds, counts.transitions, counts.depth, seconds, worlds / std::max(seconds, 1e-9),
        static_cast<double>(counts.transitions) / std::max(seconds, 1e-9));
    text +=
        fmt::format("  memory       {:.1f} MB used of {:.1f} MB reserved ({:.1f} bytes a world)\n",
                    static_cast<double>(explorer.worlds().bytes_used()) / kMega,
                    static_cast<double>(explorer.worlds().bytes_reserved()) / kMega,
                    static_cast<double>(explorer.worlds().bytes_used()) / worlds);
    text +=
        fmt::format("  invariants   {} in every world, {} in every step\n",
                    item_invariants().size() + file_invariants().size(), step_invariants().size());
    text += fmt::format(
        "  tier nesting {} answers held against 2 looser tiers, {} of {} not followed\n",
        counts.nesting_checked, counts.nesting_open, 2 * counts.nesting_checked);
    text +=
        fmt::format("  equal keys   {} worlds compared in all operations\n", counts.alike_checked);
    if (counts.given_up > 0) {
        text += fmt::format("  not followed {} transitions beyond the limits of the model\n",
                            counts.given_up);
    }
    return text;
}

void show_violation(const Universe& universe, const Violation& violation) {
    const Program program = with_tidy_handles(universe_program(universe, violation.program, false));
    print(fmt::format("{} does not hold: {}\nAfter this program of {} operations:\n\n{}\n",
                      violation.property, violation.sentence, program.operations.size(),
                      print_program(program)));
}

int conclude(const Universe& universe, const Explorer& explorer, double seconds) {
    if (explorer.violation()) {
        show_violation(universe, *explorer.violation());
    }
    print(figures_text(explorer, seconds));
    print(fmt::format("universe {}: {}\n", universe.name,
                      explorer.violation()  ? "a property of the model does not hold"
                      : explorer.complete() ? "all reachable worlds were explored"
                      : explorer.worlds().full()
                          ? "the limit of worlds or memory was met"
                          : fmt::format("cut short; {} worlds are not expanded",
                                        explorer.worlds().size() - explorer.expanded())));
    if (explorer.violation()) {
        return exit_code::kDeviation;
    }
    return interrupted() ? exit_code::kInterrupted : exit_code::kConforms;
}

int explore(ExploreOptions options) {
    auto opened = open_universe_target(options.universe, {}, options.profile);
    if (const int* const code = std::get_if<int>(&opened)) {
        return *code;
    }
    const auto& [universe, target] = std::get<UniverseTarget>(opened);
    watch_for_interrupt();
    options.limits.bytes = options.megabytes << 20;
    const auto start = Clock::now();
    Explorer explorer(universe, {Tier::kExact, &target->profile, &target->calibration},
                      options.limits);
    {
        Progress progress("worlds", 0);
        constexpr WorldTable::Index kInterval = 256;
        while (explorer.expand()) {
            if (explorer.expanded() % kInterval == 0) {
                progress.show(explorer.worlds().size(),
                              fmt::format("depth {}", explorer.counts().depth));
                if (interrupted() || seconds_since(start) > options.seconds) {
                    break;
                }
            }
        }
    }
    return conclude(universe, explorer, seconds_since(start));
}

}  // namespace

RunVerb add_explore_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<ExploreOptions>();
    command
        .add_option("--universe", options->universe,
                    "the name of a universe, or a file that ends in .universe")
        ->required()
        ->option_text("NAME");
    command.add_option("--depth", options->limits.depth, "longest program, without the setup")
        ->capture_default_str()
        ->check(CLI::Range(1, 60'000));
    command.add_option("--worlds", options->limits.worlds, "most distinct worlds")
        ->option_text("N")
        ->check(above_zero());
    command
        .add_option("--memory", options->megabytes, "most memory for the table of worlds, in MB")
        ->capture_default_str()
        ->check(CLI::Range(1, 1 << 20));
    command
        .add_option("--nesting-every", options->limits.nesting_every,
                    "hold answers against the looser tiers in one of so\n"
                    "many worlds; 0 never")
        ->capture_default_str();
    add_duration_option(command, options->seconds);
    add_profile_option(command, options->profile);
    command.footer(
        fmt::format("Nothing runs but the model: all worlds that the operations of the universe "
                    "can lead to are\n"
                    "visited, breadth first, and its invariants are checked in each.\n\n"
                    "Universes: {}\n\nExample:\n  epollcheck explore --universe pipe",
                    fmt::join(universe_names(), ", ")));
    return [options] { return explore(*options); };
}

}  // namespace epollcheck
