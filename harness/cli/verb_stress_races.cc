// `epollcheck stress`. See verb_stress_races.h.
//
// The campaign is in stress/campaign.h; here is what a person sees of it.

#include "harness/cli/verb_stress_races.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

#include "harness/check/calibrate.h"
#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "stress/campaign.h"
#include "stress/race_report.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

struct StressOptions {
    std::vector<std::string> scenarios;  // names; empty: all, and random programs
    bool list = false;
    double seconds = 10;
    std::uint64_t histories = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t configurations = HistoryJudge::Limits().configurations;
    std::uint64_t seed = 0;
    std::uint64_t most_findings = 10;
    TargetChoice target;
    std::optional<Tier> tier;
    std::string profile = kProbeProfile;
};

constexpr const char* kRandom = "random";

void list_scenarios() {
    for (const Scenario& scenario : embedded_scenarios()) {
        print(fmt::format("{:<24} {:>3} variants  {}\n", scenario.name, scenario.variants(),
                          scenario.title));
    }
    print(fmt::format("{:<24} {:>12}  programs that nobody wrote\n", kRandom, ""));
}

/// What is to run, or why that makes no sense.
std::variant<StressCampaign::Plan, std::string> plan_of(const StressOptions& options) {
    StressCampaign::Plan plan;
    plan.seed = options.seed;
    plan.most_findings = options.most_findings;
    if (options.scenarios.empty()) {
        plan.scenarios = embedded_scenarios();
        return plan;
    }
    plan.random_percent = 0;
    for (const std::string& name : options.scenarios) {
        const auto found = std::ranges::find(embedded_scenarios(), name, &Scenario::name);
        if (found != embedded_scenarios().end()) {
            plan.scenarios.push_back(*found);
        } else if (name == kRandom) {
            plan.random_percent = 100 / static_cast<std::uint32_t>(options.scenarios.size());
        } else {
            return fmt::format("there is no scenario '{}'; `epollcheck stress --list` names them",
                               name);
        }
    }
    return plan;
}

void print_tallies(const StressCampaign& campaign) {
    for (const auto& [name, tally] : campaign.tallies()) {
        std::string text = fmt::format("{:<24} {:>9} histories", name, tally.histories);
        if (tally.deviations > 0) {
            text += fmt::format(", {} deviate", tally.deviations);
        }
        if (tally.inconclusive > 0) {
            text += fmt::format(", {} inconclusive", tally.inconclusive);
        }
        print(text + "\n");
    }
}

int conclude(const StressCampaign& campaign, const StressOptions& options, Tier tier,
             double seconds) {
    std::uint64_t deviations = 0;
    std::uint64_t inconclusive = 0;
    for (const auto& [name, tally] : campaign.tallies()) {
        deviations += tally.deviations;
        inconclusive += tally.inconclusive;
    }
    print_tallies(campaign);
    for (const auto& [reason, count] : campaign.reasons()) {
        print(fmt::format("  inconclusive {}: {}\n", count, reason));
    }
    print(fmt::format(
        "{} histories in {:.1f} s ({:.0f} histories/s): {} deviate at tier {} with {} causes, {} "
        "inconclusive; {} rules exercised; seed {}\n",
        campaign.histories(), seconds,
        static_cast<double>(campaign.histories()) / std::max(seconds, 1e-9), deviations,
        tier_name(tier), campaign.findings().size(), inconclusive, campaign.exercised().count(),
        options.seed));
    if (campaign.error()) {
        complain(campaign.error()->what);
        return exit_code::kOwnFault;
    }
    if (!campaign.findings().empty()) {
        return exit_code::kDeviation;
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    const bool judged = inconclusive < campaign.histories();
    return judged ? exit_code::kConforms : exit_code::kInconclusive;
}

int stress(const StressOptions& options) {
    if (options.list) {
        list_scenarios();
        return exit_code::kConforms;
    }
    auto plan = plan_of(options);
    if (const auto* error = std::get_if<std::string>(&plan)) {
        complain(*error);
        return exit_code::kUsage;
    }
    auto opened = open_target(options.target, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    watch_for_interrupt();
    auto& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    warn_about(target);
    const Tier tier = options.tier.value_or(target.tier);
    HistoryJudge judge(target.profile, target.calibration, tier, {options.configurations});
    StressCampaign campaign(
        std::get<StressCampaign::Plan>(plan),
        [&](const Program& program, const Schedule& schedule, ConcurrentTrace& trace) {
            auto error = calibrate_for(*target.target, program.operations, target.calibration);
            return error ? error
                         : target.target->run_concurrent(program.operations,
                                                         static_cast<int>(program.handles.size()),
                                                         schedule, trace);
        },
        judge);
    const auto start = Clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    {
        Progress progress("seconds", static_cast<std::size_t>(options.seconds));
        std::size_t shown = 0;
        while (!interrupted() && elapsed() < options.seconds &&
               campaign.histories() < options.histories &&
               campaign.take_turn(options.histories - campaign.histories())) {
            for (; shown < campaign.findings().size(); ++shown) {
                print(race_report(campaign.findings()[shown], tier) + "\n");
            }
            progress.show(static_cast<std::size_t>(elapsed()),
                          fmt::format("{} histories, {} findings", campaign.histories(), shown));
        }
        for (; shown < campaign.findings().size(); ++shown) {
            print(race_report(campaign.findings()[shown], tier) + "\n");
        }
    }
    return conclude(campaign, options, tier, elapsed());
}

}  // namespace

RunVerb add_stress_races_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<StressOptions>();
    command
        .add_option("--scenario", options->scenarios, "only this scenario; several are possible")
        ->option_text("NAME");
    command.add_flag("--list", options->list, "name the scenarios, and run nothing");
    add_duration_option(command, options->seconds);
    command.add_option("--histories", options->histories, "stop after so many")->option_text("N");
    command
        .add_option("--configurations", options->configurations,
                    "how many states the search for an order goes through\n"
                    "before it gives up a history as inconclusive")
        ->capture_default_str();
    command.add_option("--max-findings", options->most_findings, "stop after so many causes")
        ->capture_default_str();
    add_seed_option(command, options->seed);
    add_target_options(command, options->target);
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    command.footer(
        "Runs programs of several threads and judges each run by a search for an order of the\n"
        "calls that explains every answer. A thread that sleeps although there is an event for it\n"
        "is a lost wake-up.\n\n"
        "Examples:\n"
        "  epollcheck stress --for 40s\n"
        "  epollcheck stress --scenario exclusive-waiters --histories 100000 --seed 7\n"
        "  epollcheck stress --target epoll-on-poll --for 1m");
    return [options] { return stress(*options); };
}

}  // namespace epollcheck
