// What tier contract leaves open where a manual page and Linux differ: errors, and bits that are
// equivalent. Tier linux holds a target to what Linux does.

#include "model/world/manual_error.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

TEST_CASE("shutdown and receiving without a peer may say ENOTCONN", "[contract]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        ModelRun run(tier);
        const Descriptor lone = run.socket(flag::kStream);
        const bool open = tier == Tier::kContract;
        CHECK(run.allows(call::shutdown(lone, 0), done()));
        CHECK(run.allows(call::shutdown(lone, 0), failure(error::kENOTCONN)) == open);
        CHECK(run.allows(call::recv(lone, 1, 0), failure(error::kEINVAL)));
        CHECK(run.allows(call::recv(lone, 1, 0), failure(error::kENOTCONN)) == open);
    }
}

TEST_CASE("a buffer that is too small for all events may be refused", "[contract]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        ModelRun run(tier);
        Operation wait = call::on(OperationKind::kEpollWait, run.epoll());
        wait.number = 2;
        wait.pointer = Pointer::kRoom;
        wait.room = 1;
        CHECK(run.allows(wait, nothing()));
        CHECK(run.allows(wait, failure(error::kEFAULT)) == (tier == Tier::kContract));
    }
}

TEST_CASE("a NORM bit may come with its equivalent", "[contract]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        ModelRun run(tier);
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(0);
        run.add(ep, e, kIn | kRdnorm | kEdge, 7);
        REQUIRE(run.wait(ep) == nothing());
        run.run(call::write_number(e, 1));
        const Operation wait = call::wait(ep);
        CHECK(run.allows(wait, reported({{kIn, 7}})));
        CHECK(run.allows(wait, reported({{kIn | kRdnorm, 7}})) == (tier == Tier::kContract));
    }
}

}  // namespace
}  // namespace epollcheck
