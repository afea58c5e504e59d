// Tests of the wait family: the errors of wrong arguments in the order of each profile, what each
// tier leaves open about them, and waiting itself.

#include "model/eventpoll/wait.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

Operation pwait(Descriptor ep) {
    Operation operation = call::wait(ep);
    operation.kind = OperationKind::kEpollPwait;
    return operation;
}

Operation pwait2(Descriptor ep, std::int64_t seconds, std::int64_t nanoseconds) {
    Operation operation = call::wait(ep);
    operation.kind = OperationKind::kEpollPwait2;
    operation.timeout_seconds = seconds;
    operation.timeout_nanoseconds = nanoseconds;
    return operation;
}

TEST_CASE("each wrong argument of a wait has its error", "[wait]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    CHECK(run.run(call::wait(call::literal(-1))) == failure(error::kEBADF));
    CHECK(run.run(call::wait(run.open(Path::kRegularFile, flag::kPath))) == failure(error::kEBADF));
    CHECK(run.wait(ep, 0) == failure(error::kEINVAL));
    CHECK(run.wait(ep, -1) == failure(error::kEINVAL));
    CHECK(run.wait(e) == failure(error::kEINVAL));
    CHECK(run.run(call::wait_into(ep, Pointer::kKernel)) == failure(error::kEFAULT));
}

TEST_CASE("the largest maxevents follows from the size of an event", "[wait]") {
    for (const std::uint32_t size : {12U, 16U}) {
        Calibration calibration = round_calibration();
        calibration.epoll_event_size = size;
        ModelRun run(Tier::kExact, "linux-6.18", calibration);
        const Descriptor ep = run.epoll();
        const std::int32_t most = size == 12 ? 178956970 : 134217727;
        CHECK(run.wait(ep, most) == nothing());
        CHECK(run.wait(ep, most + 1) == failure(error::kEINVAL));
    }
}

TEST_CASE("the order of the checks changed with V-45", "[wait]") {
    const auto answers = [](std::string_view profile) {
        ModelRun run(Tier::kExact, profile);
        const Descriptor e = run.eventfd(0);
        Operation kernel_buffer = call::wait_into(call::literal(-1), Pointer::kKernel);
        return std::vector<Answer>{run.run(call::wait(call::literal(-1), 0)),
                                   run.run(kernel_buffer),
                                   run.run(call::wait_into(e, Pointer::kKernel))};
    };
    CHECK(answers("linux-6.18") == std::vector<Answer>{failure(error::kEBADF),
                                                       failure(error::kEBADF),
                                                       failure(error::kEFAULT)});
    CHECK(answers("linux-6.12") == std::vector<Answer>{failure(error::kEINVAL),
                                                       failure(error::kEFAULT),
                                                       failure(error::kEFAULT)});
}

TEST_CASE("tier linux takes the error of either order, whatever the profile", "[wait]") {
    for (const char* profile : {"linux-6.12", "linux-6.18"}) {
        ModelRun run(Tier::kLinux, profile);
        const Operation twice_wrong = call::wait(call::literal(-1), 0);
        CAPTURE(profile);
        CHECK(run.allows(twice_wrong, failure(error::kEBADF)));
        CHECK(run.allows(twice_wrong, failure(error::kEINVAL)));
        CHECK_FALSE(run.allows(twice_wrong, failure(error::kEFAULT)));
        CHECK_FALSE(run.allows(twice_wrong, nothing()));
    }
}

TEST_CASE("tier contract takes any error that applies", "[wait]") {
    ModelRun run(Tier::kContract);
    Operation wrong = call::wait_into(call::literal(-1), Pointer::kKernel);
    wrong.number = -1;
    CHECK(run.allows(wrong, failure(error::kEBADF)));
    CHECK(run.allows(wrong, failure(error::kEINVAL)));
    CHECK(run.allows(wrong, failure(error::kEFAULT)));
    CHECK_FALSE(run.allows(wrong, failure(error::kEPERM)));
    CHECK_FALSE(run.allows(wrong, nothing()));
}

TEST_CASE("a bad buffer is noticed when an event is written", "[wait]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(ep, e, kIn, 1);
    CHECK(run.run(call::wait_into(ep, Pointer::kNull)) == nothing());
    Operation for_ever = call::wait_into(ep, Pointer::kBad);
    for_ever.timeout_ms = -1;
    CHECK(run.run(for_ever) == blocked());
    run.signal(e);
    CHECK(run.run(for_ever) == failure(error::kEFAULT));
}

TEST_CASE("a bad buffer may be noticed early where that is not promised", "[wait]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        ModelRun run(tier);
        const Operation unused = call::wait_into(run.epoll(), Pointer::kBad);
        CHECK(run.allows(unused, nothing()));
        CHECK(run.allows(unused, failure(error::kEFAULT)) == (tier == Tier::kContract));
    }
}

TEST_CASE("a wait ends with an event, with its time-out, or not at all", "[wait]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(ep, e, kIn, 1);
    CHECK(run.run(call::wait(ep, 16, 0)) == nothing());
    CHECK(run.run(call::wait(ep, 16, 1)) == nothing());
    CHECK(run.run(call::wait(ep, 16, -1)) == blocked());
    Operation for_ever = pwait2(ep, 0, 0);
    for_ever.timeout_pointer = Pointer::kNull;
    CHECK(run.run(for_ever) == blocked());
    run.signal(e);
    CHECK(run.run(call::wait(ep, 16, -1)) == reported({{kIn, 1}}));
    CHECK(run.run(for_ever) == reported({{kIn, 1}}));
}

TEST_CASE("no tier lets a wait return empty before its time-out", "[wait]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Descriptor ep = run.epoll();
        CHECK(run.allows(call::wait(ep, 16, -1), blocked()));
        CHECK_FALSE(run.allows(call::wait(ep, 16, -1), nothing()));
        CHECK_FALSE(run.allows(call::wait(ep, 16, 0), blocked()));
    }
}

TEST_CASE("epoll_pwait2 checks its time-out first", "[wait]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    CHECK(run.run(pwait2(ep, 0, 1'000'000'000)) == failure(error::kEINVAL));
    CHECK(run.run(pwait2(ep, 0, -1)) == failure(error::kEINVAL));
    CHECK(run.run(pwait2(ep, -1, 0)) == failure(error::kEINVAL));
    CHECK(run.run(pwait2(ep, 0, 999'999)) == nothing());
    CHECK(run.run(pwait2(call::literal(-1), -1, 0)) == failure(error::kEINVAL));
    Operation bad = pwait2(call::literal(-1), 0, 0);
    bad.timeout_pointer = Pointer::kBad;
    CHECK(run.run(bad) == failure(error::kEFAULT));
}

TEST_CASE("a signal mask is looked at only if there is one", "[wait]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    Operation operation = pwait(ep);
    operation.signal_set_size = 4;
    CHECK(run.run(operation) == nothing());
    operation.mask_pointer = Pointer::kGood;
    CHECK(run.run(operation) == failure(error::kEINVAL));
    operation.mask_pointer = Pointer::kBad;
    CHECK(run.run(operation) == failure(error::kEINVAL));
    operation.signal_set_size = 8;
    CHECK(run.run(operation) == failure(error::kEFAULT));
    operation.mask_pointer = Pointer::kGood;
    CHECK(run.run(operation) == nothing());
}

TEST_CASE("without epoll_pwait2 in the target the model does not judge it", "[wait]") {
    Calibration calibration = round_calibration();
    calibration.has_epoll_pwait2 = false;
    const Profile profile = named_profiles().back();
    BeliefSet belief({Tier::kExact, &profile, &calibration});
    Operation operation;
    operation.kind = OperationKind::kEpollPwait2;
    CHECK(belief.step(operation, failure(error::kEBADF)) == StepVerdict::kInconclusive);
}

}  // namespace
}  // namespace epollcheck
