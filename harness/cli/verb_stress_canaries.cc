// `epollcheck stress canaries`. See verb_stress_canaries.h.
//
// A library that can misbehave on purpose measures the campaign: a change that makes the campaign
// worse is seen as a defect that takes longer, or is not found. Before the defects the library runs
// without one: scenarios that deviate even so (what such a library cannot know) are left out. What
// is found with a defect is tried without it, too, and does not count if it shows there.

#include "harness/cli/verb_stress_canaries.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/stress_session.h"
#include "harness/cli/terminal.h"
#include "harness/target/child_process.h"
#include "harness/target/plugin_target.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

struct CanaryOptions {
    StressOptions stress;
    std::string defect;  // empty: all
    double seconds = 20;
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What a campaign came to: the histories and the seconds until it found something, or its time was
/// over.
struct Hunt {
    std::uint64_t histories = 0;
    double seconds = 0;
    std::string cause;  // empty: nothing was found
};

/// Goes on with the campaign of the session.
void hunt(StressSession& session, double most_seconds, bool ends_with_finding) {
    StressCampaign& campaign = session.campaign();
    const auto start = Clock::now();
    while ((campaign.findings().empty() || !ends_with_finding) && !interrupted() &&
           seconds_since(start) < most_seconds &&
           campaign.take_turn(std::numeric_limits<std::uint64_t>::max())) {
    }
}

/// What it found, or nothing.
std::string cause_of(const StressCampaign& campaign) {
    if (!campaign.findings().empty()) {
        return campaign.findings().front().cause;
    }
    return campaign.fault() ? "a call does not return" : "";
}

/// True if the library shows what was found without the defect, too.
bool is_innocent(StressSession& session, const epollcheck_plugin& plugin, const char* defect) {
    constexpr std::uint32_t kRuns = 500;
    constexpr double kMostSeconds = 5;
    const auto& findings = session.campaign().findings();
    plugin.choose_defect("");
    const bool shows = !findings.empty() && session.shows(findings.front(), kRuns, kMostSeconds);
    plugin.choose_defect(defect);
    return shows;
}

constexpr const char* kNothingFound = "nothing found";

std::string row(const std::string& name, const Hunt& result) {
    return fmt::format("{:<22} {:>9} histories {:>8.2f} s  {}\n", name, result.histories,
                       result.seconds, result.cause.empty() ? kNothingFound : result.cause);
}

/// One defect, in this process.
int hunt_one(StressSession& session, const epollcheck_plugin& plugin,
             const CanaryOptions& options) {
    if (plugin.choose_defect(options.defect.c_str()) != 0) {
        complain(fmt::format("there is no defect '{}'", options.defect));
        return exit_code::kNothingSelected;
    }
    const auto start = Clock::now();
    Hunt result;
    for (bool is_over = false; !is_over;) {
        hunt(session, options.seconds - seconds_since(start), true);
        result.histories += session.campaign().histories();
        result.seconds = seconds_since(start);
        result.cause = cause_of(session.campaign());
        is_over = !is_innocent(session, plugin, options.defect.c_str());
        if (!is_over) {
            warn(fmt::format("left out, because it deviates without the defect, too: {} ({})",
                             fmt::join(session.restart_without_deviating(), ", "), result.cause));
        }
    }
    print(row(options.defect, result));
    return result.cause.empty() ? exit_code::kConforms : exit_code::kDeviation;
}

/// What one defect came to, in a process of its own: a library that misbehaves may hang or die.
std::string hunt_apart(const std::string& defect, const std::vector<std::string>& scenarios,
                       const CanaryOptions& options) {
    std::vector<std::string> command{"/proc/self/exe",
                                     "stress",
                                     "canaries",
                                     "--defect",
                                     defect,
                                     "--for",
                                     fmt::format("{}", options.seconds),
                                     "--seed",
                                     fmt::format("{}", options.stress.seed),
                                     "--target",
                                     options.stress.target.name};
    for (const std::string& name : scenarios) {
        command.insert(command.end(), {"--scenario", name});
    }
    ChildProcess child;
    if (const std::string error = child.start(command); !error.empty()) {
        return fmt::format("{:<22} {}\n", defect, error);
    }
    constexpr int kLookAgain = 500;  // ms
    const auto deadline = Clock::now() + std::chrono::duration<double>(options.seconds + 20);
    std::string said;
    while (!child.output_is_over() && Clock::now() < deadline) {
        child.wait(false, kLookAgain);
        std::uint8_t room[4096];
        for (std::size_t count = child.read(room); count > 0; count = child.read(room)) {
            said.append(reinterpret_cast<const char*>(room), count);
        }
    }
    const auto end = said.find('\n');
    return end == std::string::npos ? row(defect, {.cause = "it hangs or dies"})
                                    : said.substr(0, end + 1);
}

int hunt_all(const std::vector<std::string>& scenarios, const epollcheck_plugin& plugin,
             const CanaryOptions& options) {
    int found = 0;
    int tried = 0;
    for (const char* const* name = plugin.defects(); *name != nullptr && !interrupted(); ++name) {
        const std::string text = hunt_apart(*name, scenarios, options);
        print(text);
        ++tried;
        found += text.find(kNothingFound) == std::string::npos ? 1 : 0;
    }
    print(fmt::format("{} of {} defects found, seed {}\n", found, tried, options.stress.seed));
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    return found == tried ? exit_code::kConforms : exit_code::kDeviation;
}

int run_canaries(const CanaryOptions& options) {
    auto opened = StressSession::open(options.stress);
    if (const int* code = std::get_if<int>(&opened)) {
        return *code;
    }
    StressSession& session = *std::get<std::unique_ptr<StressSession>>(opened);
    const auto* target = dynamic_cast<const PluginTarget*>(&session.target());
    if (target == nullptr || target->plugin().defects == nullptr) {
        complain("this target has no seeded defects; take a plug-in that has, as epoll-on-poll");
        return exit_code::kUsage;
    }
    if (!options.defect.empty()) {
        return hunt_one(session, target->plugin(), options);
    }
    hunt(session, options.seconds, false);
    for (const std::string& name : session.restart_without_deviating()) {
        print(fmt::format("{:<22} deviates without a defect, and is left out\n", name));
    }
    return hunt_all(session.scenario_names(), target->plugin(), options);
}

}  // namespace

RunVerb add_stress_canaries_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<CanaryOptions>();
    options->stress.target.name = "epoll-on-poll";
    options->stress.most_findings = 1000;  // of the sound library
    options->stress.runs_per_turn = 10;    // so that every scenario has its turn soon
    command.add_option("--defect", options->defect, "only this one")->option_text("NAME");
    add_duration_option(command, options->seconds);
    add_stress_options(command, options->stress);
    command.footer(
        "Runs races on a plug-in that can misbehave on purpose (epoll-on-poll), with one defect\n"
        "after the other, each for the time of --for at the most, and prints how many histories\n"
        "and seconds it took to find it. Exit code 1: one was not found; with --defect,\n"
        "that it was found.\n\n"
        "Examples:\n"
        "  epollcheck stress canaries\n"
        "  epollcheck stress canaries --defect oneshot-twice --for 1m");
    return [options] { return run_canaries(*options); };
}

}  // namespace epollcheck
