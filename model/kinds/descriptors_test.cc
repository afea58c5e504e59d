// Tests of descriptors and of the lifetime of what they name: numbers, duplicates, reuse, and items
// that live as long as their open file description.

#include "model/kinds/descriptors.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

TEST_CASE("a new descriptor has the lowest free number", "[descriptors]") {
    ModelRun run;
    const Operation create = call::on(OperationKind::kEpollCreate1, {});
    const Descriptor first = run.eventfd(0);
    run.eventfd(0);
    CHECK(run.run(create) == descriptor(2));
    run.close(first);
    CHECK(run.run(create) == descriptor(0));
    CHECK(run.run(create) == descriptor(3));
    CHECK(run.run(call::close(call::literal(-1))) == failure(error::kEBADF));
}

TEST_CASE("a closed file is no longer reported, and nothing announces it", "[descriptors]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kIn, 1);
    CHECK(run.close(e) == done());
    CHECK(run.wait(ep) == nothing());
    CHECK(run.close(e) == failure(error::kEBADF));
    CHECK(run.del(ep, e) == failure(error::kEBADF));
}

TEST_CASE("an item lives as long as a duplicate of its descriptor", "[descriptors]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    const Descriptor twin = run.dup(e);
    run.add(ep, e, kIn, 7);
    run.close(e);
    run.signal(twin);
    CHECK(run.wait(ep) == reported({{kIn, 7}}));
    CHECK(run.del(ep, twin) == failure(error::kENOENT));
    run.close(twin);
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("a number that is used again names the new file only", "[descriptors]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    const Descriptor twin = run.dup(e);
    run.add(ep, e, kIn, 1);
    run.close(e);
    const Descriptor reused = run.eventfd(1);  // the number of e
    CHECK(run.mod(ep, reused, kIn, 2) == failure(error::kENOENT));
    CHECK(run.add(ep, reused, kIn, 2) == done());
    CHECK(run.wait(ep) == reported({{kIn, 1}, {kIn, 2}}));
    run.run(call::dup2(twin, reused));  // now the number names the first file again
    CHECK(run.del(ep, reused) == done());
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("dup2 onto an open number closes what was there", "[descriptors]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    const Descriptor other = run.eventfd(1);
    run.add(ep, other, kIn, 1);
    CHECK(run.run(call::dup2(e, other)) == descriptor(2));
    CHECK(run.wait(ep) == nothing());
    CHECK(run.run(call::dup2(e, e)) == descriptor(1));
    CHECK(run.run(call::dup2(call::literal(-1), e)) == failure(error::kEBADF));
    Operation dup3 = call::dup2(e, e);
    dup3.kind = OperationKind::kDup3;
    CHECK(run.run(dup3) == failure(error::kEINVAL));
}

TEST_CASE("closing the last descriptor of an instance takes it out of outer ones",
          "[descriptors]") {
    ModelRun run;
    const Descriptor outer = run.epoll();
    const Descriptor inner = run.epoll();
    const Descriptor twin = run.dup(inner);
    const Descriptor e = run.eventfd(1);
    run.add(inner, e, kIn, 1);
    run.add(outer, inner, kIn, 2);
    run.close(inner);
    CHECK(run.wait(outer) == reported({{kIn, 2}}));
    CHECK(run.wait(twin) == reported({{kIn, 1}}));
    run.close(twin);
    CHECK(run.wait(outer) == nothing());
    CHECK(run.sure_world().used_items == 0);
    CHECK(run.mask(e) == (kIn | kOut));
}

TEST_CASE("status and descriptor flags", "[descriptors]") {
    ModelRun run;
    const auto get = [&](FcntlCommand command, Descriptor fd) {
        return run.run(call::fcntl(fd, command)).result.value;
    };
    const Descriptor ep = run.create(OperationKind::kEpollCreate1, flag::kCloexec);
    const auto [r, w] = run.pipe(flag::kNonblock | flag::kDirect);
    CHECK(get(FcntlCommand::kGetFl, ep) == flag::kReadWrite);
    CHECK(get(FcntlCommand::kGetFd, ep) == 1);
    CHECK(get(FcntlCommand::kGetFd, run.dup(ep)) == 0);
    CHECK(get(FcntlCommand::kGetFl, r) == flag::kNonblock);
    CHECK(get(FcntlCommand::kGetFl, w) == (flag::kWriteOnly | flag::kNonblock | flag::kDirect));
    CHECK(run.run(call::fcntl(ep, FcntlCommand::kSetFl, flag::kNonblock)) == done());
    CHECK(get(FcntlCommand::kGetFl, ep) == (flag::kReadWrite | flag::kNonblock));
    CHECK(run.run(call::wait(ep, 16, -1)) == blocked());  // O_NONBLOCK means nothing to it
    const Descriptor path = run.open(Path::kFifo, flag::kPath);
    CHECK(get(FcntlCommand::kGetFl, path) == flag::kPath);
    CHECK(run.run(call::fcntl(path, FcntlCommand::kSetFl, 0)) == failure(error::kEBADF));
}

TEST_CASE("more descriptors than the model has room for are not judged", "[descriptors]") {
    ModelRun run;
    const Descriptor e = run.eventfd(0);
    for (int i = 1; i < kMaxSlots; ++i) {
        run.dup(e);
    }
    BeliefSet belief(run.belief().settings());
    belief.restart_in(run.sure_world());
    CHECK(belief.step(call::on(OperationKind::kDup, e), failure(error::kEMFILE)) ==
          StepVerdict::kInconclusive);
}

TEST_CASE("a small literal number may be open by chance and is not judged", "[descriptors]") {
    ModelRun run;
    BeliefSet belief(run.belief().settings());
    CHECK(belief.step(call::close(call::literal(3)), failure(error::kEBADF)) ==
          StepVerdict::kInconclusive);
    CHECK(run.close(call::literal(1'000'000)) == failure(error::kEBADF));
}

}  // namespace
}  // namespace epollcheck
