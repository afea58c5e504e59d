// Tests of timerfds: what can be said without a clock, and what stays open until somebody looks.

#include "model/kinds/timerfd.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr std::uint64_t kHour = 3'600'000'000'000;  // nanoseconds

Descriptor timer(ModelRun& run) {
    Operation operation;
    operation.kind = OperationKind::kTimerfdCreate;
    operation.number = 1;
    operation.flags = flag::kNonblock;
    return run.create(operation);
}
Operation set(Descriptor t, std::uint64_t value, std::int64_t interval = 0,
              std::uint32_t flags = 0) {
    Operation operation = call::on(OperationKind::kTimerfdSettime, t);
    operation.value = value;
    operation.timeout_nanoseconds = interval;
    operation.flags = flags;
    return operation;
}
Operation get(Descriptor t) { return call::on(OperationKind::kTimerfdGettime, t); }
Operation settle(Descriptor fd) {
    Operation operation = call::on(OperationKind::kSettle, fd);
    operation.flags = kIn;
    return operation;
}

TEST_CASE("a timer far away does not expire", "[timerfd]") {
    ModelRun run;
    const Descriptor t = timer(run);
    CHECK(run.run(get(t)) == number(0));
    CHECK(run.run(set(t, kHour)) == done());
    CHECK(run.run(get(t)) == number(1));
    CHECK(run.mask(t) == 0);
    CHECK_FALSE(run.allows(call::poll(t, kIn), number(kIn)));
    CHECK(run.take(t) == failure(error::kEAGAIN));
    run.run(set(t, 0));
    CHECK(run.run(get(t)) == number(0));
}

TEST_CASE("a time in the past may be seen at once, and is after settling", "[timerfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor t = timer(run);
    run.add(ep, t, kIn | kEdge, 1);
    run.run(set(t, 1, 0, flag::kAbsolute));
    CHECK(run.allows(call::wait(ep), nothing()));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 1}})));
    CHECK_FALSE(run.allows(settle(t), number(0)));
    CHECK(run.run(settle(t)) == number(kIn));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.wait(ep) == nothing());
    CHECK_FALSE(run.allows(call::read_number(t), payload(2)));
    CHECK(run.take(t) == payload(1));
}

TEST_CASE("a periodic timer waits for a look before it goes on", "[timerfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor t = timer(run);
    run.add(ep, t, kIn | kEdge, 1);
    run.run(set(t, 1000, 1000));
    run.run(settle(t));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK_FALSE(run.allows(call::wait(ep), reported({{kIn, 1}})));
    CHECK(run.allows(call::read_number(t), payload(77)));
    run.take(t);
    CHECK(run.allows(call::wait(ep), reported({{kIn, 1}})));
    CHECK(run.allows(call::wait(ep), nothing()));
}

TEST_CASE("setting a timer takes what expired", "[timerfd]") {
    ModelRun run;
    const Descriptor t = timer(run);
    run.run(set(t, 1, 0, flag::kAbsolute));
    run.run(settle(t));
    CHECK(run.mask(t) == kIn);
    run.run(set(t, kHour));
    CHECK(run.mask(t) == 0);
}

TEST_CASE("a timer that asks for it is canceled when the clock is set", "[timerfd]") {
    constexpr std::uint64_t kNever = 9'000'000'000'000'000'000;  // nanoseconds
    Calibration calibration = round_calibration();
    calibration.may_step_clock = true;
    ModelRun run(Tier::kExact, "linux-6.18", calibration);
    Operation create;
    create.kind = OperationKind::kTimerfdCreate;
    create.flags = flag::kNonblock;
    const Descriptor t = run.create(create);
    const Descriptor ep = run.epoll();
    run.add(ep, t, kIn | kEdge, 1);
    Operation step;
    step.kind = OperationKind::kStepClock;
    step.number = 1;
    run.run(set(t, kNever, 0, flag::kAbsolute));
    run.run(step);
    CHECK(run.wait(ep) == nothing());
    run.run(set(t, kNever, 0, flag::kAbsolute | flag::kCancelOnSet));
    run.run(step);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.take(t) == failure(error::kECANCELED));
    CHECK(run.take(t) == failure(error::kEAGAIN));
    CHECK(run.run(get(t)) == number(1));
}

}  // namespace
}  // namespace epollcheck
