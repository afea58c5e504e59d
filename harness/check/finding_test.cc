// Tests of findings: a deviation is made small without losing it. The deviations are real: this
// kernel runs the programs, and a judge with wrong ideas about it judges them.

#include "harness/check/finding.h"

#include "harness/check/calibrate.h"
#include "harness/check/check_test_support.h"
#include "harness/check/probe_profile.h"
#include "harness/program/generator.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {
namespace {

/// This machine, and a profile that differs from it in one point.
struct WrongProfile {
    explicit WrongProfile(VersionDifference wrong_about) {
        REQUIRE_FALSE(calibrate(this_machine(), calibration));
        auto probed = probe_profile(target);
        REQUIRE(std::holds_alternative<ProbedProfile>(probed));
        profile = std::get<ProbedProfile>(probed).profile;
        profile = profile.with(wrong_about, !profile.has(wrong_about));
    }
    /// Runs `program` here. The test fails if that is impossible.
    Trace run(const Program& program) {
        Trace trace;
        REQUIRE_FALSE(calibrate_for(this_machine(), program.operations, calibration));
        REQUIRE_FALSE(
            target.run(program.operations, static_cast<int>(program.handles.size()), trace));
        return trace;
    }

    InProcessTarget target;
    Calibration calibration;
    Profile profile;
};

constexpr const char* kManyOperations = R"(
epoll_create1(0) = other
epoll_create1(0) = ep
eventfd(0, EFD_NONBLOCK) = e
pipe2([r, w], O_NONBLOCK)
epoll_ctl(ep, ADD, e, {IN, 1})
epoll_ctl(other, ADD, e, {IN|ET, 2})
epoll_ctl(ep, ADD, r, {IN|ET, 3})
write(e, {5})
epoll_wait(other, 16, 0)
dup(w) = w2
write(w, 100)
epoll_wait(ep, 16, 0)
close(w)
read(e, u64)
write(w2, 1)
poll(r, IN)
epoll_wait(ep, 16, 0)
epoll_wait(other, 16, 0)
close(e)
)";

TEST_CASE("a finding is shrunk to what makes it", "[finding]") {
    WrongProfile here(VersionDifference::kV31);  // about a second write to an unread pipe
    Judge judge(here.profile, here.calibration);
    const Workbench bench{here.target, judge, here.calibration};
    const Program program = program_of(kManyOperations);
    const Trace trace = here.run(program);
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    REQUIRE(judgement.deviations.size() == 1);
    CHECK(judgement.deviations[0].step == 16);

    const Finding finding = shrink_finding(bench, program, trace, Tier::kExact);
    INFO(print_program(finding.program));
    REQUIRE(finding.judgement.deviations.size() == 1);
    const Deviation& deviation = finding.judgement.deviations[0];
    CHECK(deviation.tier == Tier::kExact);
    CHECK(finding.program.operations[deviation.step].kind == OperationKind::kEpollWait);
    // An instance, a pipe, a registration, a write and a wait, twice.
    CHECK(finding.program.operations.size() == 7);
    CHECK(finding.trace.size() == finding.program.operations.size());
    const auto parsed = parse_program(print_program(finding.program), "finding");
    CHECK(std::holds_alternative<Program>(parsed));
}

TEST_CASE("a finding of a random program is shrunk, too", "[finding]") {
    WrongProfile here(VersionDifference::kV31);
    Judge judge(here.profile, here.calibration);
    const Workbench bench{here.target, judge, here.calibration};
    Generator generator(1, {20, 40});
    Program program;
    int findings = 0;
    for (int i = 0; i < 50000 && findings < 3; ++i) {
        generator.generate(program);
        const Trace trace = here.run(program);
        if (judge.conforms(program.operations, trace)) {
            continue;
        }
        ++findings;
        const Finding finding = shrink_finding(bench, program, trace, Tier::kExact);
        INFO(print_program(finding.program));
        REQUIRE_FALSE(finding.judgement.deviations.empty());
        CHECK(finding.judgement.verdict == Verdict::kDeviates);
        CHECK(finding.program.operations.size() <= 12);
        CHECK(finding.program.operations.size() < program.operations.size());
    }
    CHECK(findings == 3);
}

TEST_CASE("a finding at a loose tier stays one at that tier", "[finding]") {
    WrongProfile here(VersionDifference::kV31);
    Calibration wrong = here.calibration;
    wrong.epoll_event_size *= 1024;  // so that a usual maxevents seems too large
    Judge judge(here.profile, wrong);
    const Workbench bench{here.target, judge, wrong};
    const Program program = program_of(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN, 1})
epoll_wait(ep, 1000000, 0)
)");
    const Trace trace = here.run(program);
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    REQUIRE_FALSE(judgement.deviations.empty());
    const Finding finding = shrink_finding(bench, program, trace, Tier::kExact);
    INFO(print_program(finding.program));
    CHECK(finding.judgement.deviations.front().tier == judgement.deviations.front().tier);
    CHECK(finding.program.operations.size() == 2);
}

TEST_CASE("a deviation that does not come again is kept as it was seen", "[finding]") {
    WrongProfile here(VersionDifference::kV31);
    const Profile right =
        here.profile.with(VersionDifference::kV31, !here.profile.has(VersionDifference::kV31));
    Judge judge(right, here.calibration);
    const Workbench bench{here.target, judge, here.calibration};
    const Program program = program_of(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN, 1}) = 0
epoll_wait(ep, 16, 0) = [2:IN]
)");
    const Trace lie = written_trace(program, judge);
    const Finding finding = shrink_finding(bench, program, lie, Tier::kExact);
    CHECK(finding.program == program);
    CHECK(finding.trace == lie);
    CHECK(finding.judgement.deviations.size() == 3);
}

TEST_CASE("a trace that conforms is no finding", "[finding]") {
    WrongProfile here(VersionDifference::kV31);
    Judge judge(here.profile, here.calibration);
    const Workbench bench{here.target, judge, here.calibration};
    const Program program = program_of("epoll_create1(0) = ep\n");
    const Finding finding =
        shrink_finding(bench, program, judge.predict(program.operations), Tier::kExact);
    CHECK(finding.judgement.deviations.empty());
    CHECK(finding.program == program);
}

}  // namespace
}  // namespace epollcheck
