// The tiers are nested: what a stricter tier allows every looser tier allows, and what an older
// named kernel does is a part of tier linux. Shown on thousands of random programs, without a
// kernel: the answers are those that the model itself is sure of.

#include "harness/check/check_test_support.h"
#include "harness/program/generator.h"

namespace epollcheck {
namespace {

/// Of rings only tier exact speaks.
bool is_about_ring(const Operation& operation) {
    return operation.kind >= OperationKind::kRingSetup &&
           operation.kind <= OperationKind::kRingReap;
}

/// Counts the programs whose trace a tier could follow to the end.
struct Followed {
    int programs = 0;
    int conclusive = 0;
};

/// Steps `trace` through `belief`; fails if an answer is forbidden.
void expect_allowed(BeliefSet& belief, const Program& program, const Trace& trace,
                    Followed& followed) {
    belief.restart();
    ++followed.programs;
    for (std::size_t i = 0; i < trace.size(); ++i) {
        const StepVerdict verdict = belief.step(program.operations[i], trace[i]);
        if (verdict == StepVerdict::kInconclusive) {
            followed.programs -= is_about_ring(program.operations[i]) ? 1 : 0;
            return;
        }
        if (verdict == StepVerdict::kForbidden) {
            CAPTURE(tier_name(belief.settings().tier), i, print_program(program));
            FAIL("tier " << tier_name(belief.settings().tier) << " forbids "
                         << print_answer(program.operations[i], program, trace[i]));
        }
    }
    ++followed.conclusive;
}

TEST_CASE("what tier exact predicts the looser tiers allow", "[tiers]") {
    constexpr int kPrograms = 20'000;
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    BeliefSet exact_tier(judge.settings(Tier::kExact));
    BeliefSet linux_tier(judge.settings(Tier::kLinux));
    BeliefSet contract_tier(judge.settings(Tier::kContract));
    Generator generator(1, {5, 30});
    Program program;
    Followed followed;
    for (int i = 0; i < kPrograms; ++i) {
        generator.generate(program);
        const Trace sure = judge.predict(program.operations);
        expect_allowed(exact_tier, program, sure, followed);
        expect_allowed(linux_tier, program, sure, followed);
        expect_allowed(contract_tier, program, sure, followed);
    }
    CHECK(followed.conclusive * 100 > followed.programs * 99);
}

TEST_CASE("what any named kernel does tier linux of the newest one allows", "[tiers]") {
    constexpr int kPrograms = 4'000;
    const Calibration calibration = calibration_of_generator();
    const Judge newest(newest_profile(), calibration);
    BeliefSet linux_tier(newest.settings(Tier::kLinux));
    BeliefSet contract_tier(newest.settings(Tier::kContract));
    for (const Profile& profile : named_profiles()) {
        CAPTURE(profile.name);
        Judge judge(profile, calibration);
        Generator generator(2, {5, 30});
        Program program;
        Followed followed;
        for (int i = 0; i < kPrograms; ++i) {
            generator.generate(program);
            const Trace sure = judge.predict(program.operations);
            expect_allowed(linux_tier, program, sure, followed);
            expect_allowed(contract_tier, program, sure, followed);
        }
        CHECK(followed.conclusive * 100 > followed.programs * 99);
    }
}

}  // namespace
}  // namespace epollcheck
