// Tests of pseudo terminals: when input can be read, who is woken, and what a closed end leaves.

#include "model/kinds/terminal.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

struct Ends {
    Descriptor master;
    Descriptor slave;
};

Ends terminal(ModelRun& run, std::uint32_t flags = flag::kNonblock) {
    const auto [master, slave] = run.create_pair(OperationKind::kOpenpty, flags);
    return {master, slave};
}
Operation line(Descriptor fd, std::uint32_t length) {
    return call::transfer(OperationKind::kWriteLine, fd, length);
}
Operation mode(Descriptor fd, std::uint32_t flags) {
    Operation operation = call::on(OperationKind::kTcsetattr, fd);
    operation.flags = flags;
    return operation;
}
Operation settle(Descriptor fd) {
    Operation operation = call::on(OperationKind::kSettle, fd);
    operation.flags = kIn;
    return operation;
}

TEST_CASE("what is written to one side can be read from the other", "[terminal]") {
    ModelRun run;
    const Ends t = terminal(run);
    CHECK(run.mask(t.slave) == kWritable);
    run.write(t.master, 5);
    CHECK(run.mask(t.slave) == (kWritable | kReadable));
    CHECK(run.read(t.slave, 3) == number(3));
    CHECK(run.read(t.slave, 3) == number(2));
    CHECK(run.read(t.slave, 3) == failure(error::kEAGAIN));
    run.write(t.slave, 2);
    CHECK(run.read(t.master, 10) == number(2));
}

TEST_CASE("input may arrive late, but not after settling", "[terminal]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Ends t = terminal(run);
    run.add(ep, t.slave, kIn | kEdge, 1);
    run.write(t.master, 1);
    CHECK(run.allows(call::wait(ep), nothing()));
    CHECK(run.allows(call::wait(ep), reported({{kIn, 1}})));
    CHECK_FALSE(run.allows(settle(ep), number(0)));
    CHECK(run.run(settle(t.slave)) == number(kIn));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK_FALSE(run.allows(call::wait(ep), reported({{kIn, 1}})));
}

TEST_CASE("input that a wait fetches is an edge for the next wait", "[terminal]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Ends t = terminal(run);
    run.add(ep, t.slave, kIn | kOut | kEdge, 1);
    run.write(t.master, 1);
    CHECK_FALSE(run.allows(call::wait(ep), reported({{kOut, 1}})));
    CHECK(run.observe(call::wait(ep), reported({{kIn | kOut, 1}})) == StepVerdict::kAllowed);
    CHECK(run.allows(call::wait(ep), nothing()));
    CHECK(run.allows(call::wait(ep), reported({{kIn | kOut, 1}})));
}

TEST_CASE("canonical mode gives lines, and a change of mode all that is there", "[terminal]") {
    ModelRun run;
    const Ends t = terminal(run);
    run.run(mode(t.slave, flag::kCanonical));
    run.write(t.master, 3);
    run.run(settle(t.slave));
    CHECK(run.mask(t.slave) == kWritable);
    run.run(line(t.master, 2));
    run.run(line(t.master, 4));
    run.run(settle(t.slave));
    CHECK(run.read(t.slave, 100) == number(5));
    CHECK(run.read(t.slave, 100) == number(4));
    run.write(t.master, 3);
    run.run(settle(t.slave));
    run.run(mode(t.master, 0));
    CHECK(run.read(t.slave, 100) == number(3));
}

TEST_CASE("a read that leaves at most 128 bytes wakes the writer", "[terminal]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Ends t = terminal(run);
    run.write(t.master, 200);
    run.run(settle(t.slave));
    run.add(ep, t.master, kOut | kEdge, 1);
    run.wait(ep);
    run.read(t.slave, 71);
    CHECK(run.wait(ep) == nothing());
    run.read(t.slave, 1);
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
}

TEST_CASE("closing one end shows at the other", "[terminal]") {
    ModelRun run;
    const Ends t = terminal(run);
    run.close(t.slave);
    CHECK(run.mask(t.master) == (kWritable | kHup));
    CHECK(run.read(t.master, 1) == failure(error::kEIO));
    const Descriptor again = run.create(call::on(OperationKind::kOpenSlave, t.master));
    CHECK(run.mask(t.master) == kWritable);
    run.close(t.master);
    CHECK(run.mask(again) == (kWritable | kReadable | kErr | kHup));
    CHECK(run.read(again, 1) == number(0));
    CHECK(run.write(again, 1) == failure(error::kEIO));
}

}  // namespace
}  // namespace epollcheck
