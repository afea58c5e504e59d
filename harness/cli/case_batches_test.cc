// Tests of what runs on targets are made of: cases in batches, and exit codes.

#include "harness/cli/case_batches.h"

#include <catch2/catch.hpp>

#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/run_exit_code.h"

namespace epollcheck {
namespace {

RunSummary summary_of(std::initializer_list<CaseStatus> statuses) {
    RunSummary summary;
    for (const CaseStatus status : statuses) {
        ++summary.counts[static_cast<int>(status)];
    }
    return summary;
}

TEST_CASE("the exit code of a run is its worst case", "[cli]") {
    using enum CaseStatus;
    CHECK(exit_code_of(summary_of({kPassed, kSkipped})) == exit_code::kConforms);
    CHECK(exit_code_of(summary_of({kSkipped})) == exit_code::kInconclusive);
    CHECK(exit_code_of(summary_of({kPassed, kInconclusive})) == exit_code::kInconclusive);
    CHECK(exit_code_of(summary_of({kFailed, kInconclusive})) == exit_code::kDeviation);
    CHECK(exit_code_of(summary_of({kCrashed})) == exit_code::kDeviation);
    CHECK(exit_code_of(summary_of({kFailed, kError})) == exit_code::kOwnFault);
    RunSummary known = summary_of({kFailed, kCrashed});
    known.expected = 2;
    CHECK(exit_code_of(known) == exit_code::kConforms);
    known.stale = 1;
    CHECK(exit_code_of(known) == exit_code::kStale);
    known.expected = 1;
    CHECK(exit_code_of(known) == exit_code::kDeviation);
    known.interrupted = true;
    CHECK(exit_code_of(known) == exit_code::kInterrupted);
}

TEST_CASE("of several exit codes the worst one counts", "[cli]") {
    constexpr int kOrder[] = {exit_code::kConforms, exit_code::kInconclusive,
                              exit_code::kStale,    exit_code::kDeviation,
                              exit_code::kOwnFault, exit_code::kInterrupted};
    for (std::size_t i = 0; i < std::size(kOrder); ++i) {
        for (std::size_t j = i; j < std::size(kOrder); ++j) {
            CHECK(exit_code::worse(kOrder[i], kOrder[j]) == kOrder[j]);
            CHECK(exit_code::worse(kOrder[j], kOrder[i]) == kOrder[j]);
        }
    }
}

/// A target that counts how it is asked, and answers only in batches.
class BatchTarget final : public Target {
public:
    std::optional<HarnessError> measure(Capacities& capacities) override {
        return model_.measure(capacities);
    }
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override {
        return model_.measure_charge(socket_type, length, charge);
    }
    [[nodiscard]] std::string kernel() const override { return model_.kernel(); }
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace) override {
        ++single_runs;
        return model_.run(operations, handle_count, trace);
    }
    void run_batch(std::span<const ProgramToRun> programs, std::span<ProgramRun> runs) override {
        batches.push_back(programs.size());
        model_.run_batch(programs, runs);
    }
    [[nodiscard]] std::size_t batch_size() const override { return 3; }
    void ask_about(Executor::Asked asked) override { model_.ask_about(asked); }
    [[nodiscard]] Executor::Asked asked() const override { return model_.asked(); }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return model_.disagreement();
    }

    int single_runs = 0;
    std::vector<std::size_t> batches;

private:
    ModelTarget model_{named_profiles().back()};
};

/// Cases whose answers tell them apart; every third one is skipped.
std::vector<std::string> texts_of_cases(int count) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) {
        texts.push_back("id: t/" + std::to_string(i) + "\ntitle: T\ntier: exact\nrules: R-B3\n" +
                        (i % 3 == 0 ? "needs: watch-limit\n" : "") + "\neventfd(" +
                        std::to_string(i) + ", 0) = e\nread(e, u64)\n");
    }
    return texts;
}

TEST_CASE("cases run in batches and come out one by one, in their order", "[cli]") {
    const std::vector<std::string> texts = texts_of_cases(11);
    std::vector<std::string> paths;
    std::vector<CaseText> sources;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        paths.push_back("t/" + std::to_string(i) + ".ep");
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
        sources.push_back({paths[i], texts[i]});
    }
    auto loaded = load_suite(sources, "test");
    if (const auto* errors = std::get_if<SuiteErrors>(&loaded)) {
        FAIL(errors->front());
    }
    const auto& suite = std::get<CaseSuite>(loaded);
    std::vector<const Case*> cases;
    for (const Case& test_case : suite) {
        cases.push_back(&test_case);
    }
    BatchTarget target;
    Calibration calibration;
    REQUIRE_FALSE(calibrate(target, calibration));
    Judge judge(named_profiles().back(), calibration);
    const Workbench bench{target, judge, calibration};
    CaseBatches batches(bench, Tier::kExact, cases);
    for (const Case* test_case : cases) {
        const CaseResult result = batches.next(*test_case);
        CHECK(result.id == test_case->program.header.id);
        const int number = std::stoi(result.id.substr(2));
        if (number % 3 == 0) {
            CHECK(result.status == CaseStatus::kSkipped);
        } else {
            CHECK(result.status == CaseStatus::kPassed);
            CHECK(result.answers.back() == "{" + std::to_string(number) + "}");
        }
    }
    CHECK(target.single_runs == 0);
    CHECK(target.batches == std::vector<std::size_t>{3, 3, 1});
}

}  // namespace
}  // namespace epollcheck
