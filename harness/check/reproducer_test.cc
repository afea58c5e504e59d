// Tests of reproducers and of shrinking with the model and a seeded defect as the implementation.

#include "harness/check/reproducer.h"

#include "harness/check/calibrate.h"
#include "harness/check/check_test_support.h"
#include "harness/check/model_target.h"
#include "harness/program/generator.h"

namespace epollcheck {
namespace {

bool share_a_rule(const Deviation& left, const Deviation& right) {
    bool shared = false;
    left.rules.for_each([&](Rule rule) { shared = shared || right.rules.contains(rule); });
    return shared;
}

Calibration calibration_of(ModelTarget& target) {
    Calibration calibration;
    REQUIRE_FALSE(calibrate(target, calibration));
    REQUIRE_FALSE(calibrate_for_generator(target, calibration));
    return calibration;
}

/// A random program to which the defective model gives a forbidden answer, and that answer.
std::optional<Finding> random_finding(ModelTarget& target, Judge& judge, std::uint64_t seed) {
    Generator generator(seed, {20, 40});
    Finding finding;
    for (int i = 0; i < 3000; ++i) {
        generator.generate(finding.program);
        if (target.run(finding.program.operations, 0, finding.trace)) continue;
        if (!judge.conforms(finding.program.operations, finding.trace) && !judge.inconclusive()) {
            finding.judgement =
                judge.judge(finding.program.operations, finding.trace, Tier::kExact);
            return finding;
        }
    }
    return std::nullopt;
}

constexpr Defect kDefects[] = {Defect::kEdgeIsLevel,    static_cast<Defect>(3),
                               static_cast<Defect>(9),  static_cast<Defect>(20),
                               static_cast<Defect>(40), static_cast<Defect>(60)};

TEST_CASE("a shrunk program deviates for the same reason, and is small", "[reproducer]") {
    int shrunk = 0;
    for (const Defect defect : kDefects) {
        ModelTarget target(newest_profile(), defect);
        Calibration calibration = calibration_of(target);
        Judge judge(newest_profile(), calibration);
        const Workbench bench{target, judge, calibration};
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const auto found = random_finding(target, judge, seed);
            if (!found) continue;
            const Deviation& before = found->judgement.deviations.front();
            const Finding small = shrink_finding(bench, found->program, found->trace, Tier::kExact);
            INFO(defect_info(defect).name << "\n" << print_program(small.program));
            REQUIRE_FALSE(small.judgement.deviations.empty());
            const Deviation& after = small.judgement.deviations.front();
            CHECK(after.tier == before.tier);
            CHECK(small.program.operations[after.step].kind ==
                  found->program.operations[before.step].kind);
            CHECK(share_a_rule(after, before));
            CHECK(small.program.operations.size() <= 12);
            // It is the same again, and no chance of the moment.
            const Finding again = shrink_finding(bench, small.program, small.trace, Tier::kExact);
            CHECK(again.program == small.program);
            ++shrunk;
        }
    }
    CHECK(shrunk >= 8);
}

TEST_CASE("a file about a deviation does not allow it", "[reproducer]") {
    int written = 0;
    for (const Defect defect : kDefects) {
        ModelTarget target(newest_profile(), defect);
        Calibration calibration = calibration_of(target);
        Judge judge(newest_profile(), calibration);
        const Workbench bench{target, judge, calibration};
        const auto found = random_finding(target, judge, 7);
        if (!found) continue;
        const Finding small = shrink_finding(bench, found->program, found->trace, Tier::kExact);
        const Deviation& deviation = small.judgement.deviations.front();
        const auto made = reproducer_of(small.program, small.trace, deviation, judge);
        REQUIRE(std::holds_alternative<Reproducer>(made));
        const Reproducer& reproducer = std::get<Reproducer>(made);
        REQUIRE(reproducer.allowed.size() == deviation.step + 1);
        for (const Answer& answer : reproducer.allowed.back().usual) {
            CHECK_FALSE(same_answer({answer.result, answer.events}, small.trace[deviation.step]));
        }
        CHECK(reproducer.step == deviation.step);
        CHECK_FALSE(reproducer.rules.empty());
        written += emit_c(small, judge).empty() ? 0 : 1;
    }
    CHECK(written >= 2);
}

TEST_CASE("what a tier leaves open is allowed along all paths", "[reproducer]") {
    Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    const Program program = program_of(R"(
epoll_create1(0) = ep
pipe2([r, w], O_NONBLOCK)
epoll_ctl(ep, ADD, r, {IN|ET, 7})
write(w, 1)
epoll_wait(ep, 1, 0)
write(w, 1)
epoll_wait(ep, 1, 0)
)");
    const auto contract = reproducer_c(program, Tier::kContract, judge);
    REQUIRE(std::holds_alternative<std::string>(contract));
    const auto& text = std::get<std::string>(contract);
    INFO(text);
    CHECK(text.find("n == 0 || (n == 1 && IS(0, 7, EPOLLIN)));") != std::string::npos);
    CHECK(text.find("profile") == std::string::npos);
    const auto exact = reproducer_c(program, Tier::kExact, judge);
    REQUIRE(std::holds_alternative<std::string>(exact));
    CHECK(std::get<std::string>(exact).find("n == 0 ||") == std::string::npos);
    CHECK(std::get<std::string>(exact).find("SETUP") == std::string::npos);
    const auto last = reproducer_c(program, Tier::kExact, judge, About::kLastCall);
    REQUIRE(std::holds_alternative<std::string>(last));
    CHECK(std::get<std::string>(last).find("    SETUP(write(w, \"x\", 1), n == 1);\n"
                                           "    n = epoll_wait(ep, ready, 1, 0);\n"
                                           "    if (n == 1 && IS(0, 7, EPOLLIN))\n"
                                           "        return 0;\n") != std::string::npos);
}

TEST_CASE("how much a full buffer takes leads away at the tiers that do not promise it",
          "[reproducer]") {
    Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    const Program program = program_of(R"(
pipe2([r, w], O_NONBLOCK)
write(w, 100000)
write(w, 1)
)");
    const auto made = reproducer_c(program, Tier::kContract, judge);
    REQUIRE(std::holds_alternative<std::string>(made));
    INFO(std::get<std::string>(made));
    CHECK(std::get<std::string>(made).find("SETUP(write(w, zeros, 100000), n == 65536);") !=
          std::string::npos);
}

}  // namespace
}  // namespace epollcheck
