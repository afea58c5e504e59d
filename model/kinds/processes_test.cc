// Tests of the second process: what it shares, what it has of its own, and what goes with it.

#include "model/kinds/processes.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;
using Kind = OperationKind;

Operation plain(Kind kind, std::uint32_t flags = 0) {
    Operation operation = call::on(kind, {});
    operation.flags = flags;
    return operation;
}

/// `operation` in the second process.
Operation in_second(Operation operation) {
    operation.process = 1;
    return operation;
}

Operation pair_of(Kind kind, Descriptor fd, Descriptor other, std::uint32_t flags = 0) {
    Operation operation = call::on(kind, fd);
    operation.other_fd = other;
    operation.flags = flags;
    return operation;
}

Operation compare_item(Descriptor ep, Descriptor fd, std::int32_t offset) {
    Operation operation = pair_of(Kind::kKcmpEpoll, ep, fd);
    operation.number = offset;
    return operation;
}

TEST_CASE("a process that does not exist can do nothing", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Answer nobody = failure(error::kESRCH);
    CHECK(run.run(in_second(call::wait(ep))) == nobody);
    CHECK(run.run(plain(Kind::kExec)) == failure(error::kEPERM));
    CHECK(run.run(plain(Kind::kExit)) == failure(error::kEPERM));
    CHECK(run.run(plain(Kind::kFork)) == done());
    CHECK(run.run(plain(Kind::kFork)) == failure(error::kEEXIST));
    CHECK(run.run(in_second(call::wait(ep))) == nothing());
    CHECK(run.run(in_second(plain(Kind::kExit))) == done());
    CHECK(run.run(in_second(call::wait(ep))) == nobody);
    CHECK(run.run(plain(Kind::kFork)) == done());
}

TEST_CASE("after a fork both processes have to close a file", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kIn, 1);
    run.run(plain(Kind::kFork));
    run.close(e);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.run(in_second(call::del(ep, e))) == done());
    CHECK(run.wait(ep) == nothing());
    CHECK(run.run(in_second(call::add(ep, e, kIn, 2))) == done());
    CHECK(run.wait(ep) == reported({{kIn, 2}}));
    CHECK(run.run(in_second(call::close(e))) == done());
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("processes with one table see what the other opens and closes", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kIn, 1);
    CHECK(run.run(plain(Kind::kClone, flag::kCloneFiles)) == done());
    CHECK(run.run(in_second(call::close(e))) == done());
    CHECK(run.wait(ep) == nothing());
    CHECK(run.close(e) == failure(error::kEBADF));
    CHECK(run.run(in_second(plain(Kind::kExit))) == done());
    CHECK(run.wait(ep) == nothing());  // the table is still the first one's
}

TEST_CASE("unshare copies the table", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kIn, 1);
    run.run(plain(Kind::kClone, flag::kCloneFiles));
    CHECK(run.run(plain(Kind::kUnshare, flag::kCloneFiles)) == done());
    run.close(e);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.run(in_second(plain(Kind::kExit)));
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("exec closes what is close-on-exec, in a table of its own", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1, flag::kNonblock | flag::kCloexec);
    const Descriptor f = run.eventfd(1);
    run.add(ep, e, kIn, 1);
    run.add(ep, f, kIn, 2);
    run.run(plain(Kind::kClone, flag::kCloneFiles));
    CHECK(run.run(in_second(plain(Kind::kExec))) == done());
    CHECK(run.run(in_second(call::close(e))) == failure(error::kEBADF));
    CHECK(run.wait(ep) == reported({{kIn, 1}, {kIn, 2}}));
    run.close(e);
    CHECK(run.wait(ep) == reported({{kIn, 2}}));
}

TEST_CASE("the end of a process releases its files last one first", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto first = run.pipe();
    const auto second = run.pipe();
    run.add(ep, first.first, kIn, 1);
    run.add(ep, second.first, kIn, 2);
    run.run(plain(Kind::kFork));
    run.close(first.second);
    run.close(second.second);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.run(in_second(plain(Kind::kExit))) == done());
    CHECK(run.wait(ep) == reported({{kHup, 2}, {kHup, 1}}));
}

TEST_CASE("the order of release is promised by tier exact only", "[processes]") {
    for (const Tier tier : {Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Descriptor ep = run.epoll();
        const auto first = run.pipe();
        const auto second = run.pipe();
        run.add(ep, first.first, kIn, 1);
        run.add(ep, second.first, kIn, 2);
        run.run(plain(Kind::kFork));
        run.close(first.second);
        run.close(second.second);
        run.run(in_second(plain(Kind::kExit)));
        CHECK(run.allows(call::wait(ep), reported({{kHup, 2}, {kHup, 1}})));
        const bool other_order = run.allows(call::wait(ep), reported({{kHup, 1}, {kHup, 2}}));
        CHECK(other_order == (tier == Tier::kLinux));
    }
}

TEST_CASE("close_range closes from the end, and sets flags", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto first = run.pipe();
    const auto second = run.pipe();
    run.run(plain(Kind::kFork));
    run.run(in_second(call::add(ep, first.first, kIn, 1)));
    run.run(in_second(call::add(ep, second.first, kIn, 2)));
    CHECK(run.run(pair_of(Kind::kCloseRange, second.first, first.first)) ==
          failure(error::kEINVAL));
    CHECK(run.run(in_second(call::close(first.second))) == done());
    CHECK(run.run(in_second(call::close(second.second))) == done());
    CHECK(run.wait(ep) == nothing());
    CHECK(run.run(pair_of(Kind::kCloseRange, first.first, call::literal(-1))) == done());
    // Released in the order second writer, first writer: last in, first out.
    CHECK(run.wait(ep) == reported({{kHup, 2}, {kHup, 1}}));
    CHECK(run.run(in_second(pair_of(Kind::kCloseRange, ep, ep, flag::kCloexec))) == done());
    CHECK(run.run(in_second(call::fcntl(ep, FcntlCommand::kGetFd))) == number(1));
    CHECK(run.run(call::fcntl(ep, FcntlCommand::kGetFd)) == number(0));
}

TEST_CASE("kcmp tells files and items apart", "[processes]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    const Descriptor twin = run.dup(e);
    Operation compare = pair_of(Kind::kKcmpFile, e, twin);
    CHECK(run.run(compare) == number(0));
    compare.other_fd = ep;
    CHECK(run.run(compare) == number(1));
    compare.number = 1;
    CHECK(run.run(compare) == failure(error::kESRCH));
    CHECK(run.run(compare_item(ep, e, 0)) == failure(error::kENOENT));
    run.add(ep, e, kIn, 1);
    CHECK(run.run(compare_item(ep, e, 0)) == number(0));
    CHECK(run.run(compare_item(ep, e, 1)) == failure(error::kENOENT));
    CHECK(run.run(compare_item(e, e, 0)) == failure(error::kEINVAL));
    run.close(e);
    CHECK(run.run(compare_item(ep, e, 0)) == failure(error::kEBADF));
    const Descriptor reused = run.eventfd(0);
    CHECK(run.run(compare_item(ep, reused, 0)) == number(1));  // the item watches the old file
    run.add(ep, reused, kIn, 2);
    // Two items under one number: their order is that of the addresses of their files.
    CHECK(run.allows(compare_item(ep, reused, 0), number(0)));
    CHECK(run.allows(compare_item(ep, reused, 0), number(1)));
    CHECK_FALSE(run.allows(compare_item(ep, reused, 2), number(1)));
}

TEST_CASE("calls that a sandbox forbids fail as they do there", "[processes]") {
    Calibration calibration = round_calibration();
    calibration.kcmp_error = error::kEPERM;
    calibration.unshare_error = error::kEPERM;
    calibration.close_range_error = error::kENOSYS;
    ModelRun run(Tier::kExact, "linux-6.18", calibration);
    const Descriptor ep = run.epoll();
    CHECK(run.run(pair_of(Kind::kKcmpFile, ep, ep)) == failure(error::kEPERM));
    CHECK(run.run(compare_item(ep, ep, 0)) == failure(error::kEPERM));
    CHECK(run.run(plain(Kind::kUnshare, flag::kCloneFiles)) == failure(error::kEPERM));
    CHECK(run.run(pair_of(Kind::kCloseRange, ep, ep)) == failure(error::kENOSYS));
}

}  // namespace
}  // namespace epollcheck
