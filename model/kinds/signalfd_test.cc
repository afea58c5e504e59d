// Tests of signalfds: which signals are pending, which wake, and what a call that waits does.

#include "model/kinds/signalfd.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

using signal::kRealTime;
using signal::kUser1;
using signal::kUser2;

constexpr std::uint32_t kRecord = 128;  // bytes

Descriptor signalfd(ModelRun& run, std::uint8_t shown, std::uint32_t flags = flag::kNonblock) {
    Operation operation;
    operation.kind = OperationKind::kSignalfd;
    operation.signals = shown;
    operation.flags = flags;
    return run.create(operation);
}
Operation sending(OperationKind kind, std::uint8_t signals) {
    Operation operation;
    operation.kind = kind;
    operation.signals = signals;
    return operation;
}
Operation kill(std::uint8_t signals) { return sending(OperationKind::kKill, signals); }
Operation tgkill(std::uint8_t signals) { return sending(OperationKind::kTgkill, signals); }

TEST_CASE("a signalfd is readable while a signal of its mask is pending", "[signalfd]") {
    ModelRun run;
    const Descriptor s = signalfd(run, kUser1);
    run.run(kill(kUser2));
    CHECK(run.mask(s) == 0);
    run.run(kill(kUser1));
    CHECK(run.mask(s) == kIn);
    CHECK(run.read(s, kRecord - 1) == failure(error::kEINVAL));
    CHECK(run.read(s, kRecord) == number(kRecord));
    CHECK(run.mask(s) == 0);
    CHECK(run.read(s, kRecord) == failure(error::kEAGAIN));
}

TEST_CASE("a standard signal is pending once in each set, real-time signals are counted",
          "[signalfd]") {
    ModelRun run;
    const Descriptor s = signalfd(run, kUser1 | kRealTime);
    run.run(kill(kUser1));
    run.run(kill(kUser1));
    run.run(tgkill(kUser1));
    run.run(kill(kRealTime));
    run.run(kill(kRealTime));
    CHECK(run.read(s, 4096) == number(4 * kRecord));
    CHECK(run.read(s, 4096) == failure(error::kEAGAIN));
}

TEST_CASE("every signal that is generated is an edge for all signalfds", "[signalfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor s = signalfd(run, kUser1);
    run.add(ep, s, kIn | kEdge, 1);
    run.run(kill(kUser1));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.run(kill(kUser1));
    CHECK(run.wait(ep) == nothing());
    run.run(kill(signal::kUrgent));
    CHECK(run.wait(ep) == nothing());
    run.run(kill(kUser2));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
}

TEST_CASE("changing a mask wakes all signalfds", "[signalfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor s = signalfd(run, kUser1);
    run.add(ep, s, kIn | kEdge, 1);
    run.run(kill(kUser2));
    CHECK(run.wait(ep) == nothing());
    Operation change = call::on(OperationKind::kSignalfdMask, s);
    change.signals = kUser2;
    run.run(change);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.run(call::on(OperationKind::kSignalfdMask, ep)) == failure(error::kEINVAL));
}

TEST_CASE("a call that is interrupted because it waits is an edge for signalfds", "[signalfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor s = signalfd(run, kUser1);
    const Descriptor e = run.eventfd(0, 0);
    run.add(ep, s, kIn | kEdge, 1);
    run.run(kill(kUser1));
    run.wait(ep);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.take(e) == blocked());
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.run(call::wait(ep, 16, -1)) == reported({{kIn, 1}}));
    run.read(s, kRecord);
    CHECK(run.run(call::wait(ep, 16, -1)) == blocked());
}

}  // namespace
}  // namespace epollcheck
