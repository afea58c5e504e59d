// Tests of pidfds: what poll says in the life of a child, which wakes come, and that the end of a
// child stays open until somebody waited for it.

#include "model/kinds/pidfd.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

Operation kill(Descriptor p) { return call::on(OperationKind::kKillChild, p); }
Operation reap(Descriptor p) { return call::on(OperationKind::kReap, p); }
Operation settle(Descriptor fd) {
    Operation operation = call::on(OperationKind::kSettle, fd);
    operation.flags = kIn;
    return operation;
}
Descriptor spawn(ModelRun& run) { return run.create(OperationKind::kSpawn); }

TEST_CASE("the mask of a pidfd follows the life of its child", "[pidfd]") {
    ModelRun run;
    const Descriptor p = spawn(run);
    CHECK(run.mask(p) == 0);
    CHECK(run.run(reap(p)) == blocked());
    run.run(kill(p));
    CHECK(run.run(settle(p)) == number(kIn));
    CHECK(run.mask(p) == kReadable);
    CHECK(run.run(kill(p)) == done());
    CHECK(run.run(reap(p)) == done());
    CHECK(run.mask(p) == (kReadable | kHup));
    CHECK(run.run(reap(p)) == failure(error::kECHILD));
    CHECK(run.run(kill(p)) == failure(error::kESRCH));
}

TEST_CASE("a child that was told to end may be alive or not until one waits", "[pidfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor p = spawn(run);
    run.add(ep, p, kIn | kEdge, 1);
    run.run(kill(p));
    CHECK(run.allows(call::wait(ep), nothing()));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 1}})));
    CHECK(run.allows(call::poll(p, kIn), number(0)));
    CHECK(run.allows(call::poll(p, kIn), number(kIn)));
    CHECK_FALSE(run.allows(settle(p), number(0)));
    run.run(settle(p));
    CHECK(run.run(call::poll(p, kIn)) == number(kIn));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK_FALSE(run.allows(call::wait(ep), reported({{kIn, 1}})));
}

TEST_CASE("poll may see the end of a child before the wake", "[pidfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor p = spawn(run);
    run.add(ep, p, kIn | kEdge, 1);
    run.run(kill(p));
    CHECK(run.observe(call::poll(p, kIn), number(kIn)) == StepVerdict::kAllowed);
    CHECK(run.allows(call::wait(ep), nothing()));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 1}})));
}

TEST_CASE("children may end in any order", "[pidfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor p = spawn(run);
    const Descriptor q = spawn(run);
    run.add(ep, p, kIn, 1);
    run.add(ep, q, kIn, 2);
    run.run(kill(p));
    run.run(kill(q));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 1}, {kIn, 2}})));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 2}, {kIn, 1}})));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 2}})));
}

TEST_CASE("exit wakes with a key, reaping without one", "[pidfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor p = spawn(run);
    run.add(ep, p, kOut | kEdge, 1);
    run.run(kill(p));
    run.run(settle(p));
    CHECK(run.wait(ep) == nothing());
    run.run(reap(p));
    CHECK(run.wait(ep) == reported({{kHup, 1}}));
}

TEST_CASE("before 6.9 a reaped child did not hang up", "[pidfd]") {
    ModelRun run(Tier::kExact, "linux-6.6");
    const Descriptor ep = run.epoll();
    const Descriptor p = spawn(run);
    run.add(ep, p, kIn | kEdge, 1);
    run.run(kill(p));
    run.run(reap(p));
    CHECK(run.mask(p) == kReadable);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
}

TEST_CASE("settle does not wait for a child that nobody told to end", "[pidfd]") {
    ModelRun run;
    const Descriptor p = spawn(run);
    CHECK(run.run(settle(p)) == number(0));
    CHECK(run.read(p, 8) == failure(error::kEINVAL));
    CHECK(run.write(p, 8) == failure(error::kEINVAL));
}

}  // namespace
}  // namespace epollcheck
