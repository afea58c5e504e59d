// Records of cases that fail carry the cause, those of crashes the operation, and all the answers.

#include "conformance/case_cause.h"

#include <catch2/catch.hpp>

#include "conformance/case_runner.h"
#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"
#include "harness/program/parser.h"

namespace epollcheck {
namespace {

/// The model as a target that may die, or whose descriptors may not agree, in its last operation.
class FragileModel final : public Target {
public:
    explicit FragileModel(Defect defect) : model_(named_profiles().back(), defect) {}

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
        if (!dies) {
            return model_.run(operations, handle_count, trace);
        }
        model_.run(operations.first(operations.size() - 1), handle_count, trace);
        return HarnessError{"it died of signal 11", true};
    }
    void ask_about(Executor::Asked asked) override { model_.ask_about(asked); }
    [[nodiscard]] Executor::Asked asked() const override { return model_.asked(); }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return disagrees;
    }

    bool dies = false;
    std::optional<ReadinessDisagreement> disagrees;

private:
    ModelTarget model_;
};

struct Bench {
    explicit Bench(Defect defect = Defect::kNone) : target(defect) {
        REQUIRE_FALSE(calibrate(target, calibration));
    }

    CaseResult run(const std::string& text) {
        auto parsed = parse_program(text, "test");
        REQUIRE(std::holds_alternative<Program>(parsed));
        Judge judge(named_profiles().back(), calibration);
        Trace trace;
        return run_case(std::get<Program>(parsed), {target, judge, calibration}, Tier::kExact,
                        trace);
    }

    FragileModel target;
    Calibration calibration;
};

const std::string kEdge =
    "id: a/b\nrules: R-C15 R-C19\ntier: exact\n\nepoll_create1(0) = ep\n"
    "eventfd(1, EFD_NONBLOCK) = e\nepoll_ctl(ep, ADD, e, {IN|ET, 7}) = 0\n"
    "epoll_wait(ep, 16, 0) = [7:IN]\nepoll_wait(ep, 16, 0) = []\n";

TEST_CASE("a case that passes has answers and no cause", "[conformance]") {
    Bench bench;
    const CaseResult result = bench.run(kEdge);
    CHECK(result.status == CaseStatus::kPassed);
    CHECK(result.cause.empty());
    CHECK(result.answers == std::vector<std::string>{"ep", "e", "0", "[7:IN]", "[]"});
}

TEST_CASE("a deviation has the cause of its loosest tier", "[conformance]") {
    Bench bench(Defect::kEdgeIsLevel);
    const CaseResult result = bench.run(kEdge);
    CHECK(result.status == CaseStatus::kFailed);
    CHECK(result.cause == "R-C15 epoll_wait surplus-event");
    CHECK(result.answers.back() == "[7:IN]");
}

TEST_CASE("a wrong expectation accuses nobody else", "[conformance]") {
    Bench bench;
    const CaseResult result =
        bench.run("rules: R-B3\n\nepoll_create1(0) = ep\nepoll_wait(ep, 0, 0) = []\n");
    CHECK(result.status == CaseStatus::kFailed);
    CHECK(result.cause.empty());
}

TEST_CASE("a target that dies crashed, in the operation that it did not answer", "[conformance]") {
    Bench bench;
    bench.target.dies = true;
    const CaseResult result = bench.run(kEdge);
    CHECK(result.status == CaseStatus::kCrashed);
    CHECK(result.reason == "it died of signal 11");
    CHECK(result.cause == "- epoll_wait crashed");
    CHECK(result.answers.size() == 4);
    CHECK(result.is_problem());
}

TEST_CASE("an answer that only a person did not expect is a cause, too", "[conformance]") {
    Bench bench;
    auto parsed = parse_program(kEdge, "test");
    const Program& program = std::get<Program>(parsed);
    Judge judge(named_profiles().back(), bench.calibration);
    ProgramRun run;
    run.trace = judge.predict(program.operations);
    const std::vector<Disagreement> unexpected = {
        {Disagreeing::kExpectationAndTarget, 4, "[] is written down, the target answers [7:IN]"}};
    Trace other;
    for (std::size_t i = 0; i < run.trace.size(); ++i) {
        const Observation answer = run.trace[i < 4 ? i : 3];
        other.append(answer.result, answer.events);
    }
    run.trace = other;
    CHECK(case_cause(program, run, {}, unexpected, judge.profile()) ==
          "R-C15 epoll_wait surplus-event");
    run.disagreement = ReadinessDisagreement();
    CHECK(case_cause(program, run, {}, {}, judge.profile()) == "R-C13a - disagreement");
}

}  // namespace
}  // namespace epollcheck
