// Tests of the interest list: which error a refused epoll_ctl gives at which tier, what ADD, MOD
// and DEL do, and what fdinfo shows.

#include "model/eventpoll/interest_list.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr int kUnknownOperation = 4;

Operation with_pointer(Operation operation, Pointer pointer) {
    operation.pointer = pointer;
    return operation;
}

/// One of everything that a control operation may be about.
struct Things {
    explicit Things(ModelRun& run)
        : ep(run.epoll()),
          other_ep(run.epoll()),
          e(run.eventfd(1)),
          unwatched(run.eventfd(1)),
          file(run.open(Path::kRegularFile, flag::kReadWrite)),
          path(run.open(Path::kRegularFile, flag::kPath)) {
        run.add(ep, e, kIn, 1);
    }
    Descriptor ep;
    Descriptor other_ep;
    Descriptor e;
    Descriptor unwatched;
    Descriptor file;
    Descriptor path;
    Descriptor closed = call::literal(-1);
};

TEST_CASE("each wrong argument of epoll_ctl has its error", "[interest]") {
    ModelRun run;
    const Things t(run);
    CHECK(run.add(t.closed, t.e, kIn, 1) == failure(error::kEBADF));
    CHECK(run.add(t.ep, t.closed, kIn, 1) == failure(error::kEBADF));
    CHECK(run.add(t.ep, t.path, kIn, 1) == failure(error::kEBADF));
    CHECK(run.add(t.ep, t.file, kIn, 1) == failure(error::kEPERM));
    CHECK(run.del(t.ep, t.file) == failure(error::kEPERM));
    CHECK(run.add(t.e, t.unwatched, kIn, 1) == failure(error::kEINVAL));
    CHECK(run.add(t.ep, t.ep, kIn, 1) == failure(error::kEINVAL));
    CHECK(run.add(t.ep, t.e, kIn, 1) == failure(error::kEEXIST));
    CHECK(run.mod(t.ep, t.unwatched, kIn, 1) == failure(error::kENOENT));
    CHECK(run.del(t.ep, t.unwatched) == failure(error::kENOENT));
    CHECK(run.run(call::control(t.ep, kUnknownOperation, t.e, kIn, 1)) == failure(error::kEINVAL));
    CHECK(run.run(with_pointer(call::add(t.ep, t.unwatched, 0, 0), Pointer::kBad)) ==
          failure(error::kEFAULT));
    CHECK(run.run(with_pointer(call::del(t.ep, t.e), Pointer::kNull)) == done());
}

TEST_CASE("at tier exact the first check decides the error", "[interest]") {
    ModelRun run;
    const Things t(run);
    const auto bad = [](const Operation& operation) {
        return with_pointer(operation, Pointer::kNull);
    };
    CHECK(run.run(bad(call::add(t.closed, t.file, 0, 0))) == failure(error::kEFAULT));
    CHECK(run.run(bad(call::control(t.ep, kUnknownOperation, t.e, 0, 0))) ==
          failure(error::kEFAULT));
    CHECK(run.add(t.closed, t.file, kIn, 1) == failure(error::kEBADF));
    CHECK(run.del(t.e, t.file) == failure(error::kEPERM));
    CHECK(run.mod(t.ep, t.unwatched, kIn | kExclusive, 1) == failure(error::kEINVAL));
    CHECK(run.add(t.ep, t.e, kIn | kPri | kExclusive, 1) == failure(error::kEINVAL));
    run.add(t.ep, t.other_ep, kIn, 1);
    CHECK(run.add(t.other_ep, t.ep, kIn | kExclusive, 1) == failure(error::kEINVAL));
    CHECK(run.add(t.other_ep, t.ep, kIn, 1) == failure(error::kELOOP));
}

TEST_CASE("of two errors tier contract allows either, the other tiers the first", "[interest]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Things t(run);
        const bool open = tier == Tier::kContract;
        const Operation twice_wrong =
            with_pointer(call::add(t.closed, t.file, 0, 0), Pointer::kBad);
        CAPTURE(tier_name(tier));
        CHECK(run.allows(twice_wrong, failure(error::kEFAULT)));
        CHECK(run.allows(twice_wrong, failure(error::kEBADF)) == open);
        CHECK(run.allows(twice_wrong, failure(error::kEPERM)) == open);
        CHECK_FALSE(run.allows(twice_wrong, failure(error::kENOENT)));
        CHECK_FALSE(run.allows(twice_wrong, done()));
    }
}

TEST_CASE("EXCLUSIVE goes with ADD and a few companions only", "[interest]") {
    ModelRun run;
    const Things t(run);
    for (const EventMask companion : {kIn, kOut, kErr, kHup, kEdge, kWakeup}) {
        CAPTURE(companion);
        CHECK(run.add(t.ep, t.unwatched, companion | kExclusive, 1) == done());
        CHECK(run.mod(t.ep, t.unwatched, kIn, 1) == failure(error::kEINVAL));
        CHECK(run.del(t.ep, t.unwatched) == done());
    }
    for (const EventMask companion : {kPri, kRdhup, kRdnorm, kWrnorm, kOneshot, kMsg}) {
        CAPTURE(companion);
        CHECK(run.add(t.ep, t.unwatched, companion | kExclusive, 1) == failure(error::kEINVAL));
    }
    CHECK(run.add(t.ep, t.other_ep, kIn | kExclusive, 1) == failure(error::kEINVAL));
    CHECK(run.mod(t.ep, t.e, kIn | kExclusive, 1) == failure(error::kEINVAL));
}

TEST_CASE("a refused call changes nothing", "[interest]") {
    ModelRun run;
    const Things t(run);
    const World before = run.sure_world();
    run.add(t.ep, t.e, kOut, 9);
    run.mod(t.ep, t.unwatched, kOut, 9);
    run.add(t.ep, t.file, kOut, 9);
    run.mod(t.ep, t.e, kOut | kExclusive, 9);
    CHECK(run.sure_world() == before);
    CHECK(run.wait(t.ep) == reported({{kIn, 1}}));
}

TEST_CASE("the key of an item is the file and the number", "[interest]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    const Descriptor twin = run.dup(e);
    CHECK(run.add(ep, e, kIn, 1) == done());
    CHECK(run.add(ep, twin, kIn, 2) == done());
    CHECK(run.mod(ep, twin, kOut, 3) == done());
    CHECK(run.wait(ep) == reported({{kIn, 1}, {kOut, 3}}));
    const Descriptor elsewhere = run.epoll();
    CHECK(run.add(elsewhere, e, kIn, 4) == done());
    CHECK(run.wait(elsewhere) == reported({{kIn, 4}}));
}

TEST_CASE("MOD replaces mask and data, and looks at the file again", "[interest]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, kIn | kEdge, 1);
    run.mod(ep, e, kOut | kEdge, 2);  // while it is queued
    CHECK(run.wait(ep) == reported({{kOut, 2}}));
    run.mod(ep, e, kOut | kEdge, 2);
    CHECK(run.wait(ep) == reported({{kOut, 2}}));
    run.mod(ep, e, kPri, 3);
    CHECK(run.wait(ep) == nothing());
    run.mod(ep, e, 0, 4);
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("unknown bits of a mask are kept and never reported by themselves", "[interest]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, 0x0fffffff, 1);
    CHECK(run.wait(ep) == reported({{kIn | kOut, 1}}));
    const Operation fdinfo = call::on(OperationKind::kFdinfo, ep);
    CHECK(run.run(fdinfo) == reported({{0x0fffffff, 1}}));
}

TEST_CASE("fdinfo shows ERR and HUP while an item is armed, and only private bits after",
          "[interest]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor later = run.eventfd(1);
    const Descriptor e = run.eventfd(0);
    const Operation fdinfo = call::on(OperationKind::kFdinfo, ep);
    CHECK(run.run(fdinfo) == nothing());
    run.add(ep, e, kIn, 1);
    run.add(ep, later, kIn | kOneshot | kEdge, 2);
    CHECK(run.run(fdinfo) ==
          reported({{kIn | kErr | kHup | kOneshot | kEdge, 2}, {kIn | kErr | kHup, 1}}));
    run.wait(ep);
    CHECK(run.run(fdinfo) == reported({{kOneshot | kEdge, 2}, {kIn | kErr | kHup, 1}}));
    run.del(ep, later);
    CHECK(run.run(fdinfo) == reported({{kIn | kErr | kHup, 1}}));
}

TEST_CASE("WAKEUP is dropped where the machine does not permit it", "[interest]") {
    for (const bool permitted : {false, true}) {
        Calibration calibration = round_calibration();
        calibration.keeps_wakeup = permitted;
        ModelRun run(Tier::kExact, "linux-6.18", calibration);
        const Descriptor ep = run.epoll();
        run.add(ep, run.eventfd(1), kIn | kWakeup, 1);
        const EventMask kept = kIn | kErr | kHup | (permitted ? kWakeup : 0);
        CHECK(run.run(call::on(OperationKind::kFdinfo, ep)) == reported({{kept, 1}}));
        CHECK(run.wait(ep) == reported({{kIn, 1}}));
    }
}

TEST_CASE("the interest list has room for many items, and says when it has none", "[interest]") {
    ModelRun run;
    const Descriptor e = run.eventfd(1);
    int added = 0;
    std::vector<Descriptor> names{e};
    for (int i = 0; i < 8; ++i) {
        names.push_back(run.dup(e));
    }
    while (added < kMaxItems) {
        const Descriptor ep = run.epoll();
        for (const Descriptor& name : names) {
            if (added < kMaxItems) {
                REQUIRE(run.add(ep, name, kIn, 1) == done());
                ++added;
            }
        }
    }
    const Descriptor ep = run.epoll();
    BeliefSet belief(run.belief().settings());
    belief.restart_in(run.sure_world());
    CHECK(belief.step(call::add(ep, e, kIn, 1), done()) == StepVerdict::kInconclusive);
    CHECK(std::string(belief.reason()).find("items") != std::string::npos);
}

TEST_CASE("epoll_create and epoll_create1 check their argument", "[interest]") {
    ModelRun run;
    Operation create;
    create.kind = OperationKind::kEpollCreate;
    for (const std::int32_t size : {0, -1}) {
        create.number = size;
        CHECK(run.run(create) == failure(error::kEINVAL));
    }
    create.number = 1;
    CHECK(run.run(create) == descriptor(0));
    create.kind = OperationKind::kEpollCreate1;
    create.flags = flag::kNonblock;
    CHECK(run.run(create) == failure(error::kEINVAL));
    create.flags = flag::kCloexec;
    CHECK(run.run(create) == descriptor(1));
}

}  // namespace
}  // namespace epollcheck
