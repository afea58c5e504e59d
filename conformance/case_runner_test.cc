// Cases that pass, fail, are skipped, are inconclusive or cannot run say so, each with the reason.

#include "conformance/case_runner.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/check/calibrate.h"
#include "harness/check/probe_profile.h"
#include "harness/program/parser.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {
namespace {

/// The kernel that the tests run on, set up once.
class Kernel {
public:
    Kernel() {
        if (const auto error = calibrate(this_machine(), calibration)) {
            FAIL(error->what);
        }
        auto probed = probe_profile(target);
        if (const auto* error = std::get_if<HarnessError>(&probed)) {
            FAIL(error->what);
        }
        judge = std::make_unique<Judge>(std::get<ProbedProfile>(probed).profile, calibration);
    }

    CaseResult run(const std::string& text, Tier strictest = Tier::kExact) {
        auto parsed = parse_program(text, "test");
        if (const auto* error = std::get_if<ParseError>(&parsed)) {
            FAIL(error->text());
        }
        Trace trace;
        return run_case(std::get<Program>(parsed), {target, *judge, calibration}, strictest, trace);
    }

    InProcessTarget target;
    Calibration calibration;
    std::unique_ptr<Judge> judge;
};

TEST_CASE("a case that everybody agrees on passes", "[conformance]") {
    Kernel kernel;
    const CaseResult result = kernel.run(
        "id: a/b\ntitle: T\nrules: R-C13\ntier: contract\ntags: x y\n\n"
        "epoll_create1(0) = ep\nepoll_wait(ep, 1, 0) = []\n");
    CHECK(result.id == "a/b");
    CHECK(result.title == "T");
    CHECK(result.tier == Tier::kContract);
    CHECK(result.tags == std::vector<std::string>{"x", "y"});
    CHECK(result.status == CaseStatus::kPassed);
    CHECK(result.verdict == "conforms");
    CHECK(result.reason.empty());
    CHECK(result.disagreements.empty());
    CHECK_FALSE(result.deviation);
    const auto& exercised = result.exercised;
    CHECK(std::find(exercised.begin(), exercised.end(), "R-B3") != exercised.end());
}

TEST_CASE("an expectation that is wrong disagrees with model and target", "[conformance]") {
    Kernel kernel;
    const CaseResult result = kernel.run("epoll_create1(0) = ep\nepoll_wait(ep, 0, 0) = []\n");
    CHECK(result.status == CaseStatus::kFailed);
    CHECK(result.verdict == "conforms");
    CHECK_FALSE(result.deviation);
    std::vector<std::string> pairs;
    for (const DisagreementRecord& disagreement : result.disagreements) {
        CHECK(disagreement.step == 2);
        pairs.push_back(disagreement.between);
    }
    CHECK(std::count(pairs.begin(), pairs.end(), "expectation and model") > 0);
    CHECK(std::count(pairs.begin(), pairs.end(), "expectation and target") == 1);
    CHECK(std::count(pairs.begin(), pairs.end(), "model and target") == 0);
}

TEST_CASE("a kernel that deviates from the profile disagrees with the model", "[conformance]") {
    Kernel kernel;
    // The other order of checks is what the kernel does not have, whichever it has.
    const bool has = kernel.judge->profile().has(VersionDifference::kV45);
    const Profile wrong = kernel.judge->profile().with(VersionDifference::kV45, !has);
    kernel.judge = std::make_unique<Judge>(wrong, kernel.calibration);
    const CaseResult result = kernel.run("epoll_wait(-1, 0, 0)\n");
    CHECK(result.status == CaseStatus::kFailed);
    CHECK(result.verdict == "deviates");
    REQUIRE(result.deviation);
    CHECK(result.deviation->tier == Tier::kExact);
    CHECK(result.deviation->step == 1);
    REQUIRE(result.disagreements.size() == 1);
    CHECK(result.disagreements[0].between == "model and target");
}

TEST_CASE("a case whose needs are not met is skipped with the reason", "[conformance]") {
    Kernel kernel;
    kernel.calibration.has_epoll_pwait2 = false;
    const CaseResult result =
        kernel.run("needs: epoll_pwait2\n\nepoll_create1(0) = ep\nepoll_wait(ep, 0, 0) = []\n");
    CHECK(result.status == CaseStatus::kSkipped);
    CHECK(result.reason == "this kernel has no epoll_pwait2");
    CHECK(result.verdict.empty());
}

TEST_CASE("a case about a stricter tier than the run judges is skipped", "[conformance]") {
    Kernel kernel;
    const std::string text = "tier: exact\n\nepoll_create1(0) = ep\n";
    const CaseResult result = kernel.run(text, Tier::kLinux);
    CHECK(result.status == CaseStatus::kSkipped);
    CHECK(result.reason == "it is about tier exact, the run judges up to tier linux");
    CHECK(kernel.run(text, Tier::kExact).status == CaseStatus::kPassed);
}

TEST_CASE("what the model cannot follow is inconclusive with the reason", "[conformance]") {
    Kernel kernel;
    const CaseResult result =
        kernel.run("pipe2([r, w], O_NONBLOCK) = 0\nfcntl(w, F_SETPIPE_SZ, 1048576) = 1048576\n");
    CHECK(result.status == CaseStatus::kInconclusive);
    CHECK(result.verdict == "inconclusive");
    CHECK(result.reason.starts_with("step 2: "));
    CHECK(result.disagreements.empty());
}

TEST_CASE("what the harness cannot do is an error and no deviation", "[conformance]") {
    Kernel kernel;
    const CaseResult result = kernel.run("T1: epoll_create1(0) = ep\nT2: eventfd(0, 0) = e\n");
    CHECK(result.status == CaseStatus::kError);
    CHECK_FALSE(result.reason.empty());
    CHECK(result.verdict.empty());
    CHECK_FALSE(result.deviation);
}

}  // namespace
}  // namespace epollcheck
