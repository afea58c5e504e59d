// Tests of the enumeration: a whole small universe on this kernel, and what a deviation looks like.

#include "harness/check/enumeration.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/check/calibrate.h"
#include "harness/check/probe_profile.h"
#include "harness/program/universe_parser.h"
#include "harness/target/in_process_target.h"

using namespace epollcheck;

namespace {

constexpr const char* kText = R"(
setup:
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
operations:
epoll_ctl(ep, ADD, e, {IN, 1})
epoll_ctl(ep, MOD, e, {IN|ET, 2})
write(e, {1})
read(e, u64)
epoll_wait(ep, 16, 0)
)";

Universe small_universe() {
    auto parsed = parse_universe(kText, "small", "small.universe");
    REQUIRE(std::holds_alternative<Universe>(parsed));
    return std::get<Universe>(parsed);
}

/// The kernel here, asked many programs at once as targets elsewhere are.
class InBatches final : public Target {
public:
    explicit InBatches(std::size_t size) : size_(size) {}
    std::optional<HarnessError> measure(Capacities& capacities) override {
        return here_.measure(capacities);
    }
    std::optional<HarnessError> measure_charge(int type, std::uint32_t length,
                                               std::uint32_t& charge) override {
        return here_.measure_charge(type, length, charge);
    }
    [[nodiscard]] std::string kernel() const override { return here_.kernel(); }
    std::optional<HarnessError> run(std::span<const Operation> operations, int handles,
                                    Trace& trace) override {
        return here_.run(operations, handles, trace);
    }
    [[nodiscard]] std::size_t batch_size() const override { return size_; }
    void ask_about(Executor::Asked asked) override { here_.ask_about(asked); }
    [[nodiscard]] Executor::Asked asked() const override { return here_.asked(); }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return here_.disagreement();
    }

private:
    InProcessTarget here_;
    std::size_t size_;
};

}  // namespace

TEST_CASE("enumeration: all programs of a small universe conform on this kernel") {
    InBatches target(GENERATE(1, 7, 1000));
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    const auto probed = probe_profile(target);
    REQUIRE(std::holds_alternative<ProbedProfile>(probed));
    Judge judge(std::get<ProbedProfile>(probed).profile, calibration);
    const Workbench bench{target, judge, calibration};
    const Universe universe = small_universe();
    Enumeration enumeration(universe, 4, {}, bench);
    int programs = 0;
    std::vector<OperationNumber> next(4);
    REQUIRE(enumeration.peek_next(next));
    for (auto outcome = enumeration.step(); outcome != Enumeration::Outcome::kEnd;
         outcome = enumeration.step()) {
        REQUIRE(outcome == Enumeration::Outcome::kConforms);
        REQUIRE(std::ranges::equal(next, enumeration.numbers()));
        REQUIRE(enumeration.peek_next(next) == (programs < 5 * 5 * 5 * 5 - 1));
        REQUIRE(judge.conforms(enumeration.program().operations, enumeration.trace()));
        ++programs;
    }
    CHECK(programs == 5 * 5 * 5 * 5);
    CHECK(enumeration.exercised().contains(Rule::kC15));
}

TEST_CASE("enumeration: a kernel that is not the profile's deviates") {
    // With the profile of another kernel the answers of this one are deviations: EPIOCGPARAMS and
    // other ioctls of an epoll file have had two different errors (V-41).
    InProcessTarget target;
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    const auto probed = probe_profile(target);
    REQUIRE(std::holds_alternative<ProbedProfile>(probed));
    const Profile& real = std::get<ProbedProfile>(probed).profile;
    const Profile wrong = real.with(VersionDifference::kV41, !real.has(VersionDifference::kV41));
    Judge judge(wrong, calibration);
    const Workbench bench{target, judge, calibration};
    Universe universe = small_universe();
    Operation ioctl;
    ioctl.kind = OperationKind::kIoctl;
    ioctl.fd.handle = 0;
    ioctl.flags = 0x1234;
    universe.operations.push_back(ioctl);
    Enumeration enumeration(universe, 2, {}, bench);
    int deviations = 0;
    Program deviating;
    Trace trace;
    for (auto outcome = enumeration.step(); outcome != Enumeration::Outcome::kEnd;
         outcome = enumeration.step()) {
        if (outcome == Enumeration::Outcome::kDeviates) {
            ++deviations;
            deviating = enumeration.program();
            trace = enumeration.trace();
        }
    }
    REQUIRE(deviations == 6 + 5);  // the programs with the ioctl in them
    const Finding finding = shrink_finding(bench, deviating, trace, Tier::kExact);
    CHECK(finding.program.operations.size() == 2);  // the instance and the ioctl
}
