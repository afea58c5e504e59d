// Stress session: what `epollcheck stress` and `epollcheck stress soak` have in common. The
// options, a target with its judge, the campaign on it, and what a person sees of it.

#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/target_expectations.h"
#include "stress/campaign.h"

namespace epollcheck {

struct StressOptions {
    std::vector<std::string> scenarios;  // names; empty: all, and random programs
    std::uint64_t configurations = HistoryJudge::Limits().configurations;
    std::uint64_t seed = 0;
    std::uint64_t first_turn = 0;
    std::uint64_t most_findings = 10;
    std::uint32_t runs_per_turn = StressCampaign::Plan().runs_per_turn;
    bool shrink = true;
    std::string directory;  // for findings; empty: they are only shown
    TargetChoice target;
    ExpectationsChoice expectations;
    std::optional<Tier> tier;  // default: that of the target
    std::string profile = kProbeProfile;
};

/// The name of random programs among scenarios.
inline constexpr const char* kRandomScenario = "random";

void add_stress_options(CLI::App& command, StressOptions& options);

class StressSession {
public:
    /// A session with an open target, or the exit code, where the reason was told.
    static std::variant<std::unique_ptr<StressSession>, int> open(const StressOptions& options);

    /// Lets the target make all threads that it will ever need. The error, or nothing.
    std::optional<HarnessError> employ_threads();
    [[nodiscard]] Target& target() { return *target_->target; }
    /// A campaign from its beginning again.
    void restart();
    /// The same without the scenarios that have deviated so far. Their names.
    std::vector<std::string> restart_without_deviating();
    /// True if the program of a finding shows its cause again within so many runs and seconds.
    bool shows(const RaceFinding& finding, std::uint32_t runs, double most_seconds);
    /// What --scenario names of them.
    [[nodiscard]] std::vector<std::string> scenario_names() const;
    [[nodiscard]] StressCampaign& campaign() { return *campaign_; }
    /// Shrinks the findings that are new, prints them, and saves them if there is a place for them.
    void print_findings();
    /// Prints what became of each scenario and a line for the whole. Returns the exit code.
    int conclude(double seconds);

private:
    StressSession(const StressOptions& options, std::unique_ptr<OpenTarget> target,
                  const StressCampaign::Plan& plan, Expectations expectations);

    /// The entry that expects the finding, or null.
    [[nodiscard]] const Expectation* expectation_of(const RaceFinding& finding) const;
    void print_finding(const RaceFinding& finding);

    StressOptions options_;
    StressCampaign::Plan plan_;
    Expectations expectations_;
    std::unique_ptr<OpenTarget> target_;
    Tier tier_;
    HistoryJudge judge_;
    ConcurrentRunner run_;
    std::unique_ptr<StressCampaign> campaign_;
    std::size_t printed_ = 0;
};

}  // namespace epollcheck
