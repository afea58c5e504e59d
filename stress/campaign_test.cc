// Tests of the campaign: on the kernel of this machine, which is right, and on one that lies.

#include "stress/campaign.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/check/calibrate.h"
#include "harness/check/features.h"
#include "harness/check/probe_profile.h"
#include "harness/target/in_process_target.h"
#include "stress/race_report.h"
#include "stress/race_shrink.h"

namespace epollcheck {
namespace {

/// The kernel below this process, with what is known about it.
class Kernel {
public:
    Kernel() {
        REQUIRE_FALSE(calibrate(target_, calibration_));
        auto probed = probe_profile(target_);
        REQUIRE(std::holds_alternative<ProbedProfile>(probed));
        profile_ = std::get<ProbedProfile>(probed).profile;
    }

    std::optional<HarnessError> run(const Program& program, const Schedule& schedule,
                                    ConcurrentTrace& trace) {
        if (const Feature* const need = unmet_need(program.operations, calibration_)) {
            return HarnessError{std::string(need->missing)};
        }
        auto error = calibrate_for(target_, program.operations, calibration_);
        return error ? error
                     : target_.run_concurrent(program.operations,
                                              static_cast<int>(program.handles.size()), schedule,
                                              trace);
    }
    [[nodiscard]] HistoryJudge judge(Tier tier) const {
        return HistoryJudge(profile_, calibration_, tier);
    }

private:
    InProcessTarget target_;
    Calibration calibration_;
    Profile profile_;
};

/// What would be seen if a wait never told of more than nothing.
ConcurrentTrace without_events(const Program& program, const ConcurrentTrace& trace) {
    ConcurrentTrace silent;
    silent.intervals = trace.intervals;
    for (std::size_t i = 0; i < trace.answers.size(); ++i) {
        const bool waits = program.operations[i].kind == OperationKind::kEpollWait &&
                           trace.answers[i].result.kind == ResultKind::kEvents;
        silent.answers.append(waits ? Result::of_events(0) : trace.answers[i].result,
                              waits ? std::span<const Event>() : trace.answers[i].events);
    }
    return silent;
}

StressCampaign::Plan plan_of(const char* scenario) {
    StressCampaign::Plan plan;
    plan.scenarios = {*std::ranges::find(embedded_scenarios(), scenario, &Scenario::name)};
    plan.random_percent = 0;
    plan.seed = 5;
    return plan;
}

TEST_CASE("no history of this kernel deviates, at either tier", "[native]") {
    Kernel kernel;
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        HistoryJudge judge = kernel.judge(tier);
        StressCampaign::Plan plan;
        plan.seed = 1;
        plan.runs_per_turn = 5;
        // A look that misses a level which others harvest is a detail of old kernels (R-F7).
        std::ranges::copy_if(embedded_scenarios(), std::back_inserter(plan.scenarios),
                             [](const Scenario& one) { return one.name != "look-versus-harvest"; });
        plan.random_percent = tier == Tier::kExact ? 50 : 0;
        StressCampaign campaign(
            plan,
            [&](const Program& program, const Schedule& schedule, ConcurrentTrace& trace) {
                return kernel.run(program, schedule, trace);
            },
            judge);
        for (int turn = 0; turn < 40; ++turn) {
            CHECK(campaign.take_turn(1000));
        }
        for (const RaceFinding& finding : campaign.findings()) {
            FAIL_CHECK(race_report(finding, tier));
        }
        CHECK(campaign.histories() >= 100);
    }
}

TEST_CASE("a kernel that keeps events to itself is found and made small", "[native]") {
    Kernel kernel;
    HistoryJudge judge = kernel.judge(Tier::kExact);
    const ConcurrentRunner lying = [&](const Program& program, const Schedule& schedule,
                                       ConcurrentTrace& trace) {
        auto error = kernel.run(program, schedule, trace);
        trace = without_events(program, trace);
        return error;
    };
    StressCampaign campaign(plan_of("drain-versus-wait"), lying, judge);
    while (campaign.findings().empty() && campaign.histories() < 5000) {
        REQUIRE(campaign.take_turn(1000));
    }
    REQUIRE_FALSE(campaign.findings().empty());
    const RaceFinding& finding = campaign.findings().front();
    CHECK(finding.cause.find("epoll_wait") != std::string::npos);
    const SmallerRace smaller =
        shrink_race(finding, lying, judge,
                    {.measuring_runs = 500, .most_candidates = 100, .confirming_runs = 20},
                    [] { return false; });
    CHECK(smaller.finding.program.operations.size() < finding.program.operations.size());
    CHECK(smaller.finding.cause == finding.cause);
    CHECK(smaller.seen > 0);
    CHECK(race_report(smaller.finding, Tier::kExact).find("-->") != std::string::npos);
}

TEST_CASE("a target that cannot run programs of threads ends the campaign with its reason") {
    Kernel kernel;
    HistoryJudge judge = kernel.judge(Tier::kExact);
    StressCampaign campaign(
        plan_of("del-versus-wait"),
        [](const auto&...) { return std::optional<HarnessError>{HarnessError{"it is broken"}}; },
        judge);
    int turns = 0;
    while (campaign.take_turn(10)) {
        REQUIRE(++turns < 1000);
    }
    REQUIRE(campaign.error());
    CHECK(campaign.error()->what == "it is broken");
}

TEST_CASE("the confidence of a race says in how many runs it was seen") {
    SmallerRace race;
    race.finding.program.operations.resize(3);
    race.runs = 1000;
    race.seen = 40;
    CHECK(confidence_text(race, 9).find("seen in 40 of 1000 runs (4.0%, 95% interval 3.0% to") !=
          std::string::npos);
}

TEST_CASE("a target that does not return ends the campaign, as a fault of its own") {
    Kernel kernel;
    HistoryJudge judge = kernel.judge(Tier::kContract);
    int runs = 0;
    StressCampaign campaign(
        plan_of("close-instance"),
        [&](const Program& program, const Schedule& schedule, ConcurrentTrace& trace) {
            return ++runs < 3 ? kernel.run(program, schedule, trace)
                              : HarnessError{.what = "T2 is in close", .of_target = true};
        },
        judge);
    CHECK_FALSE(campaign.take_turn(10));
    CHECK(campaign.histories() == 2);
    REQUIRE(campaign.fault());
    CHECK(campaign.fault()->what == "T2 is in close");
    CHECK(campaign.fault()->program.header.id == "stress/close-instance");
    CHECK_FALSE(campaign.error());
}

TEST_CASE("a campaign leaves out what a target does not show") {
    Kernel kernel;
    HistoryJudge judge = kernel.judge(Tier::kContract);
    StressCampaign::Plan plan = plan_of("add-del-storm");
    plan.has_fdinfo = false;
    StressCampaign campaign(
        plan,
        [&](const Program& program, const Schedule& schedule, ConcurrentTrace& trace) {
            CHECK(std::ranges::none_of(program.operations, [](const Operation& operation) {
                return operation.kind == OperationKind::kFdinfo;
            }));
            return kernel.run(program, schedule, trace);
        },
        judge);
    CHECK(campaign.take_turn(10));
    CHECK(campaign.histories() == 10);
}

}  // namespace
}  // namespace epollcheck
