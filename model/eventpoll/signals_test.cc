// Tests of signals in the model: what a pending signal means to a wait at each tier. The cases in
// conformance/cases/signal show that a kernel does the same.

#include "model/eventpoll/signals.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

Operation about_signals(OperationKind kind, std::uint8_t signals = 0,
                        MaskHow how = MaskHow::kBlock) {
    Operation operation;
    operation.kind = kind;
    operation.signals = signals;
    operation.number = static_cast<std::int32_t>(how);
    return operation;
}

Operation wait_with_mask(Descriptor ep, std::int64_t timeout_ms, std::uint8_t blocked) {
    Operation operation = call::wait(ep, 16, timeout_ms);
    operation.kind = OperationKind::kEpollPwait;
    operation.mask_pointer = Pointer::kGood;
    operation.signals = blocked;
    return operation;
}

constexpr std::uint8_t kBoth = signal::kUser1 | signal::kUser2;
const Operation kPending = about_signals(OperationKind::kSigpending);

TEST_CASE("the mask of a wait decides which pending signal interrupts it", "[signals]") {
    ModelRun model;
    const Descriptor ep = model.epoll();
    model.run(about_signals(OperationKind::kKill, kBoth));
    CHECK(model.run(wait_with_mask(ep, -1, kOwnSignals)) == blocked());
    CHECK(model.run(wait_with_mask(ep, -1, signal::kUser2)) == failure(error::kEINTR));
    CHECK(model.decided_by(Rule::kE9));
    CHECK(model.run(kPending) == number(signal::kUser2));
    CHECK(model.run(call::wait(ep, 16, -1)) == blocked());
}

TEST_CASE("a ready event beats a signal at every tier", "[signals]") {
    const Tier tier = GENERATE(Tier::kContract, Tier::kLinux, Tier::kExact);
    ModelRun model(tier);
    const Descriptor ep = model.epoll();
    const Descriptor e = model.eventfd(1);
    model.add(ep, e, event::kIn, 7);
    model.run(about_signals(OperationKind::kKill, signal::kUser1));
    const Operation wait = wait_with_mask(ep, -1, 0);
    CHECK_FALSE(model.allows(wait, failure(error::kEINTR)));
    CHECK(model.run(wait) == reported({{event::kIn, 7}}));
    CHECK(model.run(kPending) == number(signal::kUser1));
}

TEST_CASE("only the manual leaves open whether time-out 0 looks at signals", "[signals]") {
    const Tier tier = GENERATE(Tier::kContract, Tier::kLinux, Tier::kExact);
    ModelRun model(tier);
    const Descriptor ep = model.epoll();
    model.run(about_signals(OperationKind::kKill, signal::kUser1));
    const Operation wait = wait_with_mask(ep, 0, 0);
    CHECK(model.allows(wait, nothing()));
    CHECK(model.allows(wait, failure(error::kEINTR)) == (tier == Tier::kContract));
    const Operation timed = wait_with_mask(ep, 1, 0);
    CHECK(model.allows(timed, failure(error::kEINTR)));
    CHECK_FALSE(model.allows(timed, nothing()));
}

TEST_CASE("a signal that is not blocked is handled when it is sent", "[signals]") {
    ModelRun model;
    const Operation unblock =
        about_signals(OperationKind::kSigprocmask, signal::kUser1, MaskHow::kUnblock);
    model.run(about_signals(OperationKind::kKill, kBoth));
    CHECK(model.run(unblock) == number(kOwnSignals));
    CHECK(model.run(kPending) == number(signal::kUser2));
    model.run(about_signals(OperationKind::kKill, signal::kUser1));
    CHECK(model.run(kPending) == number(signal::kUser2));
    const Operation set = about_signals(OperationKind::kSigprocmask, signal::kUser1, MaskHow::kSet);
    CHECK(model.run(set) == number(kOwnSignals & ~signal::kUser1));
    CHECK(model.run(kPending) == number(0));
}

TEST_CASE("of the kind that is handled first one signal is handled in a wait", "[signals]") {
    ModelRun model;
    const Descriptor ep = model.epoll();
    for (int i = 0; i < 3; ++i) {
        model.run(about_signals(OperationKind::kKill, signal::kRealTime | signal::kRealTime1));
    }
    CHECK(model.run(wait_with_mask(ep, -1, 0)) == failure(error::kEINTR));
    CHECK(model.run(kPending) == number(signal::kRealTime));
    CHECK(model.run(wait_with_mask(ep, -1, 0)) == failure(error::kEINTR));
    CHECK(model.run(wait_with_mask(ep, -1, 0)) == failure(error::kEINTR));
    CHECK(model.run(wait_with_mask(ep, -1, 0)) == blocked());
}

}  // namespace
}  // namespace epollcheck
