// Tests of eventfds: readiness by count, overflow, semaphores, and the wake-ups of each transfer.

#include "model/kinds/eventfd.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr std::uint64_t kMaxCount = ~std::uint64_t{0} - 1;  // 2^64 - 2

TEST_CASE("the mask of an eventfd follows from its count", "[eventfd]") {
    ModelRun run;
    const Descriptor e = run.eventfd(0);
    CHECK(run.mask(e) == kOut);
    CHECK(run.run(call::write_number(e, 1)) == number(8));
    CHECK(run.mask(e) == (kIn | kOut));
    CHECK(run.run(call::write_number(e, kMaxCount - 1)) == number(8));
    CHECK(run.mask(e) == kIn);
    CHECK(run.take(e) == payload(kMaxCount));
    CHECK(run.mask(e) == kOut);
}

TEST_CASE("a write that does not fit is refused and wakes nobody", "[eventfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(2);
    run.run(call::write_number(e, kMaxCount - 2));
    run.add(ep, e, kIn | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.run(call::write_number(e, 1)) == failure(error::kEAGAIN));
    CHECK(run.wait(ep) == nothing());
    CHECK(run.run(call::write_number(e, 0)) == number(8));  // nothing always fits
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
}

TEST_CASE("a write of 0 wakes readers, who find something only if it was there", "[eventfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(ep, e, kIn | kEdge, 1);
    run.run(call::write_number(e, 0));
    CHECK(run.wait(ep) == nothing());
    run.signal(e);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.run(call::write_number(e, 0));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
}

TEST_CASE("each read wakes writers, a failed one does not", "[eventfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kOut | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    CHECK(run.take(e) == payload(1));
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    CHECK(run.take(e) == failure(error::kEAGAIN));
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("a semaphore gives one at a time", "[eventfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(2, flag::kNonblock | flag::kSemaphore);
    run.add(ep, e, kIn | kOut | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kIn | kOut, 1}}));
    CHECK(run.take(e) == payload(1));
    CHECK(run.wait(ep) == reported({{kIn | kOut, 1}}));
    run.mod(ep, e, kIn | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.signal(e);
    run.wait(ep);
    CHECK(run.take(e) == payload(1));  // its key is OUT, which is not asked for now
    CHECK(run.wait(ep) == nothing());
    CHECK(run.take(e) == payload(1));
    CHECK(run.take(e) == failure(error::kEAGAIN));
}

TEST_CASE("wrong lengths, values and buffers of an eventfd", "[eventfd]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kIn | kOut | kEdge, 1);
    run.wait(ep);
    CHECK(run.read(e, 7) == failure(error::kEINVAL));
    CHECK(run.write(e, 7) == failure(error::kEINVAL));
    CHECK(run.write(e, 9) == failure(error::kEINVAL));
    CHECK(run.run(call::write_number(e, kMaxCount + 1)) == failure(error::kEINVAL));
    Operation bad = call::write(e, 8);
    bad.pointer = Pointer::kBad;
    CHECK(run.run(bad) == failure(error::kEFAULT));
    CHECK(run.wait(ep) == nothing());
    CHECK(run.read(e, 100) == number(8));
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
}

TEST_CASE("a blocking eventfd blocks where the other says EAGAIN", "[eventfd]") {
    ModelRun run;
    const Descriptor e = run.eventfd(0, 0);
    CHECK(run.take(e) == blocked());
    run.run(call::write_number(e, kMaxCount));
    CHECK(run.run(call::write_number(e, 1)) == blocked());
}

TEST_CASE("eventfd refuses unknown flags", "[eventfd]") {
    ModelRun run;
    Operation create;
    create.kind = OperationKind::kEventfd;
    create.flags = flag::kUnknown;
    CHECK(run.run(create) == failure(error::kEINVAL));
}

}  // namespace
}  // namespace epollcheck
