// `epollcheck stress soak`. See verb_stress_soak.h.
//
// The turns of a campaign follow from the seed and their numbers, so a soak that was stopped goes
// on where it was: the file of --state has the number of the next turn and what was counted so far.

#include "harness/cli/verb_stress_soak.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "harness/cli/stress_session.h"
#include "harness/cli/terminal.h"
#include "stress/leaks.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

struct SoakOptions {
    StressOptions stress;
    double seconds = 8 * 3600;
    double summary_seconds = 60;
    double rate = 500;  // histories per second at the most
    std::string state;  // file; empty: none is kept
};

/// What earlier soaks with the same state file did.
struct SoakState {
    std::uint64_t seed = 0;
    std::uint64_t next_turn = 0;
    std::uint64_t histories = 0;
    std::uint64_t causes = 0;
    double seconds = 0;
};

/// The state in the file; a fresh one if there is no file, or why it cannot be read.
std::variant<SoakState, std::string> load_state(const std::string& path, std::uint64_t seed) {
    SoakState state{.seed = seed};
    std::ifstream file(path);
    if (path.empty() || !file) {
        return state;
    }
    const Json json = Json::parse(file, nullptr, false);
    if (!json.is_object()) {
        return fmt::format("{} is not the state of a soak; name another file", path);
    }
    try {
        state = {json.at("seed"), json.at("next_turn"), json.at("histories"), json.at("causes"),
                 json.at("seconds")};
    } catch (const Json::exception& error) {
        return fmt::format("{} is not the state of a soak: {}", path, error.what());
    }
    if (state.seed != seed) {
        return fmt::format("{} is the state of a soak with --seed {}; go on with that", path,
                           state.seed);
    }
    return state;
}

/// False if it could not be written, of which the user is told.
bool save_state(const std::string& path, const SoakState& state) {
    if (path.empty()) {
        return true;
    }
    const std::string fresh = path + ".new";
    {
        std::ofstream file(fresh);
        file << Json{{"seed", state.seed},
                     {"next_turn", state.next_turn},
                     {"histories", state.histories},
                     {"causes", state.causes},
                     {"seconds", state.seconds}}
                    .dump(2)
             << '\n';
        file.flush();
        if (!file) {
            complain(fmt::format("cannot write {}", fresh));
            return false;
        }
    }
    if (std::rename(fresh.c_str(), path.c_str()) != 0) {
        complain(fmt::format("cannot rename {} to {}", fresh, path));
        return false;
    }
    return true;
}

class Soak {
public:
    Soak(const SoakOptions& options, StressSession& session, const SoakState& before)
        : options_(options), session_(session), before_(before) {}

    int run();

private:
    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }
    [[nodiscard]] SoakState state();
    void keep_to_rate();
    void summarize();

    const SoakOptions& options_;
    StressSession& session_;
    SoakState before_;
    Clock::time_point start_ = Clock::now();
    std::optional<Holdings> held_;  // after the first summary, when all that is made once was made
    bool leaks_ = false;
    bool saved_ = true;
};

SoakState Soak::state() {
    const StressCampaign& campaign = session_.campaign();
    return {.seed = before_.seed,
            .next_turn = campaign.turns(),
            .histories = before_.histories + campaign.histories(),
            .causes = before_.causes + campaign.findings().size(),
            .seconds = before_.seconds + elapsed()};
}

/// Waits as long as the campaign is ahead of its rate.
void Soak::keep_to_rate() {
    constexpr auto kNap = std::chrono::milliseconds(20);
    const auto histories = static_cast<double>(session_.campaign().histories());
    while (!interrupted() && histories > options_.rate * elapsed() &&
           elapsed() < options_.seconds) {
        std::this_thread::sleep_for(kNap);
    }
}

void Soak::summarize() {
    const SoakState now = state();
    const Holdings held = take_snapshot();
    print(fmt::format("{:>8.0f} s {:>10} histories, {} causes; {}\n", now.seconds, now.histories,
                      now.causes, holdings_text(held)));
    if (!held_) {
        held_ = held;
    } else if (const auto leaks = find_leaks(*held_, held); !leaks.empty()) {
        print(leaks_text(leaks));
        leaks_ = true;
        held_ = held;  // what grew is told once
    }
    saved_ = save_state(options_.state, now) && saved_;
    std::fflush(stdout);
}

int Soak::run() {
    if (const auto error = session_.employ_threads()) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    double next_summary = 0;
    bool goes_on = true;
    while (goes_on && !interrupted() && elapsed() < options_.seconds) {
        goes_on = session_.campaign().take_turn(std::numeric_limits<std::uint64_t>::max());
        session_.print_findings();
        if (elapsed() >= next_summary) {
            summarize();
            next_summary = elapsed() + options_.summary_seconds;
        }
        keep_to_rate();
    }
    summarize();
    const int code = session_.conclude(elapsed());
    if (!saved_) {
        return exit_code::kOwnFault;
    }
    return leaks_ ? exit_code::worse(code, exit_code::kDeviation) : code;
}

int soak(SoakOptions options) {
    auto loaded = load_state(options.state, options.stress.seed);
    if (const auto* error = std::get_if<std::string>(&loaded)) {
        complain(*error);
        return exit_code::kUsage;
    }
    const SoakState& before = std::get<SoakState>(loaded);
    options.stress.first_turn = before.next_turn;
    auto opened = StressSession::open(options.stress);
    if (const int* code = std::get_if<int>(&opened)) {
        return *code;
    }
    return Soak(options, *std::get<std::unique_ptr<StressSession>>(opened), before).run();
}

}  // namespace

RunVerb add_stress_soak_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<SoakOptions>();
    add_duration_option(command, options->seconds);
    command.add_option("--rate", options->rate, "histories per second at the most")
        ->capture_default_str()
        ->check(above_zero());
    command
        .add_option("--summary-every", options->summary_seconds,
                    "seconds from one summary and look for leaks to the next")
        ->capture_default_str()
        ->check(above_zero());
    command
        .add_option("--state", options->state,
                    "file that keeps how far the soak has come, to go on from there")
        ->option_text("FILE");
    add_stress_options(command, options->stress);
    command.footer(
        "Every summary compares what this process holds (descriptors, watches, threads, memory)\n"
        "with what it held at the first one; what grew is a leak, and the exit code 1.\n\n"
        "Examples:\n"
        "  epollcheck stress soak --for 8h --state soak.json\n"
        "  epollcheck stress soak --for 10m --rate 100 --target gvisor");
    return [options] { return soak(*options); };
}

}  // namespace epollcheck
