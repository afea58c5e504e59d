// `epollcheck stress`. See verb_stress_races.h.

#include "harness/cli/verb_stress_races.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "harness/cli/stress_session.h"
#include "harness/cli/terminal.h"

namespace epollcheck {

namespace {

constexpr double kSeconds = 10;  // where nothing else says when to stop

using Clock = std::chrono::steady_clock;

struct RacesOptions {
    StressOptions stress;
    bool list = false;
    double seconds = std::numeric_limits<double>::infinity();
    std::uint64_t histories = 0;  // 0: no matter how many
};

int list_scenarios() {
    for (const Scenario& scenario : embedded_scenarios()) {
        print(fmt::format("{:<24} {:>3} variants  {}\n", scenario.name, scenario.variants(),
                          scenario.title));
    }
    print(fmt::format("{:<24} {:>12}  programs that nobody wrote\n", kRandomScenario, ""));
    return exit_code::kConforms;
}

int run_races(const RacesOptions& options) {
    if (options.list) {
        return list_scenarios();
    }
    auto opened = StressSession::open(options.stress);
    if (const int* code = std::get_if<int>(&opened)) {
        return *code;
    }
    StressSession& session = *std::get<std::unique_ptr<StressSession>>(opened);
    StressCampaign& campaign = session.campaign();
    const auto start = Clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    const bool counts = options.histories > 0;
    const auto left = [&] {
        return counts ? options.histories - campaign.histories()
                      : std::numeric_limits<std::uint64_t>::max();
    };
    {
        Progress progress(counts ? "histories" : "seconds",
                          counts ? options.histories : static_cast<std::size_t>(options.seconds));
        bool goes_on = true;
        while (goes_on && !interrupted() && elapsed() < options.seconds && left() > 0) {
            goes_on = campaign.take_turn(left());
            session.print_findings();
            progress.show(counts ? campaign.histories() : static_cast<std::size_t>(elapsed()),
                          fmt::format("{} histories, {} findings", campaign.histories(),
                                      campaign.findings().size()));
        }
    }
    return session.conclude(elapsed());
}

}  // namespace

RunVerb add_stress_races_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<RacesOptions>();
    command.add_flag("--list", options->list, "name the scenarios, and run nothing");
    add_duration_option(command, options->seconds);
    const auto* const duration = command.get_option("--for");
    command
        .add_option("--histories", options->histories,
                    "stop after so many; default: after 10 seconds, unless --for says otherwise")
        ->option_text("N")
        ->check(above_zero());
    add_stress_options(command, options->stress);
    command.footer(
        "Runs programs of several threads and judges each run by a search for an order of the\n"
        "calls that explains every answer. A thread that sleeps although there is an event for it\n"
        "is a lost wake-up. stress/README.md tells how this is known.\n\n"
        "Examples:\n"
        "  epollcheck stress --for 40s\n"
        "  epollcheck stress --scenario exclusive-waiters --histories 100000 --seed 7\n"
        "  epollcheck stress --target epoll-on-poll --for 1m");
    return [options, duration] {
        if (duration->count() == 0 && options->histories == 0) {
            options->seconds = kSeconds;
        }
        return run_races(*options);
    };
}

}  // namespace epollcheck
