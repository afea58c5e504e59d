// Stress session. See stress_session.h.

#include "harness/cli/stress_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/cli/exit_code.h"
#include "harness/cli/finding_files.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/observed_race.h"
#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "stress/interest_lists.h"
#include "stress/race_report.h"
#include "stress/race_shrink.h"

namespace epollcheck {

namespace {

/// What is to run, or why that makes no sense.
std::variant<StressCampaign::Plan, std::string> plan_of(const StressOptions& options) {
    StressCampaign::Plan plan;
    plan.seed = options.seed;
    plan.first_turn = options.first_turn;
    plan.most_findings = options.most_findings;
    plan.runs_per_turn = options.runs_per_turn;
    if (options.scenarios.empty()) {
        plan.scenarios = embedded_scenarios();
        return plan;
    }
    plan.random_percent = 0;
    for (const std::string& name : options.scenarios) {
        const auto found = std::ranges::find(embedded_scenarios(), name, &Scenario::name);
        if (found != embedded_scenarios().end()) {
            plan.scenarios.push_back(*found);
        } else if (name == kRandomScenario) {
            plan.random_percent = 100 / static_cast<std::uint32_t>(options.scenarios.size());
        } else {
            return fmt::format("there is no scenario '{}'; `epollcheck stress --list` names them",
                               name);
        }
    }
    return plan;
}

/// What the target did to the program that was the last one.
std::string fault_text(const TargetFault& fault) {
    return fmt::format("the target ended the campaign: {}\n\n{}\nschedule: seed {}, most spin {}\n",
                       fault.what, print_program(fault.program), fault.schedule.seed,
                       fault.schedule.most_spin);
}

std::string tally_text(const std::string& name, const ScenarioTally& tally) {
    std::string text = fmt::format("{:<24} {:>9} histories", name, tally.histories);
    if (tally.deviations > 0) {
        text += fmt::format(", {} deviate", tally.deviations);
    }
    if (tally.inconclusive > 0) {
        text += fmt::format(", {} inconclusive", tally.inconclusive);
    }
    return text + "\n";
}

}  // namespace

void add_stress_options(CLI::App& command, StressOptions& options) {
    command.add_option("--scenario", options.scenarios, "only this scenario; several are possible")
        ->option_text("NAME");
    command
        .add_option("--configurations", options.configurations,
                    "how many states the search for an order goes through\n"
                    "before it gives up a history as inconclusive")
        ->capture_default_str();
    command.add_option("--max-findings", options.most_findings, "stop after so many causes")
        ->capture_default_str();
    command
        .add_flag("!--no-shrink", options.shrink,
                  "show findings as they come, without making their programs smaller")
        ->default_val(true);
    command
        .add_option("--save", options.directory,
                    "keep each finding in this directory, as a program")
        ->option_text("DIR");
    auto* const file = command.add_option("--expectations", options.expectations.file,
                                          "the known deviations of the target; default: as run");
    command.add_flag("--no-expectations", options.expectations.none, "nothing is known")
        ->excludes(file->option_text("FILE"));
    add_seed_option(command, options.seed);
    add_target_options(command, options.target);
    add_tier_option(command, options.tier);
    add_profile_option(command, options.profile);
}

std::variant<std::unique_ptr<StressSession>, int> StressSession::open(
    const StressOptions& options) {
    auto plan = plan_of(options);
    if (const auto* error = std::get_if<std::string>(&plan)) {
        complain(*error);
        return exit_code::kUsage;
    }
    auto expectations = choose_expectations(options.expectations, options.target);
    if (!expectations) {
        return exit_code::kUsage;
    }
    auto opened = open_target(options.target, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    watch_for_interrupt();
    auto target = std::get<std::unique_ptr<OpenTarget>>(std::move(opened));
    warn_about(*target);
    if (options.tier.value_or(target->tier) == Tier::kLinux) {
        warn(
            "calls that overlap are judged at tier contract, because what tier linux promises of "
            "them is not modelled");
    }
    return std::unique_ptr<StressSession>(new StressSession(options, std::move(target),
                                                            std::get<StressCampaign::Plan>(plan),
                                                            std::move(*expectations)));
}

StressSession::StressSession(const StressOptions& options, std::unique_ptr<OpenTarget> target,
                             const StressCampaign::Plan& plan, Expectations expectations)
    : options_(options),
      plan_(plan),
      expectations_(std::move(expectations)),
      target_(std::move(target)),
      tier_(tier_of_histories(options.tier.value_or(target_->tier))),
      judge_(target_->profile, target_->calibration, tier_, {options.configurations}) {
    run_ = runner_on(*target_);
    plan_.has_fdinfo = shows_interest_lists(*target_->target);
    restart();
}

void StressSession::restart() {
    campaign_ = std::make_unique<StressCampaign>(plan_, run_, judge_);
    printed_ = 0;
}

std::vector<std::string> StressSession::restart_without_deviating() {
    std::vector<std::string> left_out;
    for (const auto& [name, tally] : campaign_->tallies()) {
        if (tally.deviations == 0) {
            continue;
        }
        left_out.push_back(name);
        const auto removed = std::erase_if(
            plan_.scenarios, [&](const Scenario& scenario) { return scenario.name == name; });
        if (removed == 0) {
            plan_.random_percent = 0;  // it was no scenario
        }
    }
    restart();
    return left_out;
}

bool StressSession::shows(const RaceFinding& finding, std::uint32_t runs, double most_seconds) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(most_seconds);
    const RaceShrinkEffort only_runs{.measuring_runs = 0, .confirming_runs = runs};
    return shrink_race(finding, run_, judge_, only_runs, [&] {
               return interrupted() || Clock::now() >= end;
           }).seen > 0;
}

std::vector<std::string> StressSession::scenario_names() const {
    std::vector<std::string> names;
    for (const Scenario& scenario : plan_.scenarios) {
        names.push_back(scenario.name);
    }
    if (plan_.random_percent > 0) {
        names.emplace_back(kRandomScenario);
    }
    return names;
}

std::optional<HarnessError> StressSession::employ_threads() {
    Program program;
    program.handles = {"e"};
    program.operations.push_back({.kind = OperationKind::kEventfd, .bound = {0, kNoHandle}});
    program.operations.push_back({.kind = OperationKind::kBarrier});
    for (std::uint8_t thread = 0; thread < kMaxConcurrentThreads; ++thread) {
        program.operations.push_back(
            {.kind = OperationKind::kPoll, .thread = thread, .fd = {.handle = 0}});
    }
    ConcurrentTrace trace;
    return run_(program, {}, trace);
}

void StressSession::print_findings() {
    for (; printed_ < campaign_->findings().size(); ++printed_) {
        print_finding(campaign_->findings()[printed_]);
    }
}

const Expectation* StressSession::expectation_of(const RaceFinding& finding) const {
    CaseResult result;
    result.id = finding.program.header.id;
    result.status = CaseStatus::kFailed;
    result.cause = finding.cause;
    const auto found = std::ranges::find_if(
        expectations_.entries,
        [&](const Expectation& expectation) { return expectation.is_met_by(result); });
    return found == expectations_.entries.end() ? nullptr : &*found;
}

void StressSession::print_finding(const RaceFinding& finding) {
    if (const Expectation* const expectation = expectation_of(finding)) {
        print(fmt::format("expected: {} {}\n  {}\n", finding.program.header.id, finding.cause,
                          expectation->explanation()));
        return;
    }
    SmallerRace race{.finding = finding};
    if (options_.shrink) {
        race = shrink_race(finding, run_, judge_, {}, interrupted);
    }
    print(race_report(race.finding, tier_));
    if (race.runs > 0) {
        print(fmt::format("  {}\n", confidence_text(race, finding.program.operations.size())));
    }
    print("\n");
    if (options_.directory.empty()) {
        return;
    }
    const FindingHeader header{
        fmt::format("stress/seed-{}-history-{}", options_.seed, finding.number), finding.cause};
    const auto c_text = emitted_race(race, judge_, tier_);
    if (const auto* obstacle = std::get_if<CannotEmit>(&c_text)) {
        warn(fmt::format("no C file for it: {}", obstacle->what));
    }
    const auto* text = std::get_if<std::string>(&c_text);
    if (const auto error =
            save_finding(options_.directory, with_answers(race.finding.program, race.finding.trace),
                         header, text == nullptr ? "" : *text)) {
        complain(*error);  // the finding was shown, and the campaign may find more
    }
}

int StressSession::conclude(double seconds) {
    ScenarioTally all;
    for (const auto& [name, tally] : campaign_->tallies()) {
        all.deviations += tally.deviations;
        all.inconclusive += tally.inconclusive;
        print(tally_text(name, tally));
    }
    for (const auto& [reason, count] : campaign_->reasons()) {
        print(fmt::format("  inconclusive {}: {}\n", count, reason));
    }
    print(fmt::format(
        "{} histories in {:.1f} s ({:.0f} histories/s): {} deviate at tier {} with {} causes, {} "
        "inconclusive; {} rules exercised; seed {}\n",
        campaign_->histories(), seconds,
        static_cast<double>(campaign_->histories()) / std::max(seconds, 1e-9), all.deviations,
        tier_name(tier_), campaign_->findings().size(), all.inconclusive,
        campaign_->exercised().count(), options_.seed));
    if (campaign_->fault()) {
        print(fault_text(*campaign_->fault()));
        return exit_code::kDeviation;
    }
    if (campaign_->error()) {
        complain(campaign_->error()->what);
        return exit_code::kOwnFault;
    }
    const bool is_news = std::ranges::any_of(
        campaign_->findings(),
        [this](const RaceFinding& finding) { return expectation_of(finding) == nullptr; });
    if (is_news) {
        return exit_code::kDeviation;
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    const bool judged = all.inconclusive < campaign_->histories();
    return judged ? exit_code::kConforms : exit_code::kInconclusive;
}

}  // namespace epollcheck
