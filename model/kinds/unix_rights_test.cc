// Tests of descriptors in flight: what a message keeps alive, who gets it, and when it is let go.

#include <cstdint>

#include "model/judgement/model_test_support.h"
#include "model/kinds/unix_socket.h"

namespace epollcheck {
namespace {

using namespace event;
using Kind = OperationKind;

Operation send_fd(Descriptor socket, Descriptor sent) {
    Operation operation = call::on(Kind::kSendFd, socket);
    operation.other_fd = sent;
    return operation;
}

Operation receive_fd(Descriptor socket, std::uint32_t flags = 0) {
    Operation operation = call::on(Kind::kRecvFd, socket);
    operation.flags = flags;
    return operation;
}

/// An instance that watches an eventfd, which is in flight from `out` to `in` and nowhere else.
struct InFlight {
    explicit InFlight(std::uint32_t type) : ends(run.socket_pair(type)) {
        run.add(ep, e, kIn, 1);
        run.signal(e);
        CHECK(run.run(send_fd(ends.first, e)) == number(1));
        run.close(e);
    }
    ModelRun run;
    Descriptor ep = run.epoll();
    Descriptor e = run.eventfd(0);
    std::pair<Descriptor, Descriptor> ends;
};

TEST_CASE("a file in flight keeps its items", "[unix]") {
    for (const std::uint32_t type : {flag::kStream, flag::kSeqpacket, flag::kDatagram}) {
        InFlight flight(type);
        ModelRun& run = flight.run;
        CHECK(run.wait(flight.ep) == reported({{kIn, 1}}));
        Operation peek = receive_fd(flight.ends.second, flag::kPeek | flag::kCloexec);
        const Descriptor copy = run.create(peek);
        CHECK(run.run(call::fcntl(copy, FcntlCommand::kGetFd)) == number(1));
        const Descriptor back = run.create(receive_fd(flight.ends.second));
        CHECK(run.run(receive_fd(flight.ends.second)) == failure(error::kEAGAIN));
        run.close(copy);
        CHECK(run.wait(flight.ep) == reported({{kIn, 1}}));
        CHECK(run.take(back) == payload(1));
        run.close(back);
        CHECK(run.run(call::on(Kind::kFdinfo, flight.ep)) == nothing());
    }
}

TEST_CASE("a receive without room for descriptors lets them go", "[unix]") {
    for (const std::uint32_t type : {flag::kStream, flag::kSeqpacket, flag::kDatagram}) {
        InFlight flight(type);
        CHECK(flight.run.run(call::recv(flight.ends.second, 10, flag::kPeek)) == number(1));
        CHECK(flight.run.wait(flight.ep) == reported({{kIn, 1}}));
        CHECK(flight.run.read(flight.ends.second, 10) == number(1));
        CHECK(flight.run.wait(flight.ep) == nothing());
    }
}

TEST_CASE("a closed receiver lets go what was on its way", "[unix]") {
    InFlight flight(flag::kStream);
    flight.run.close(flight.ends.second);
    CHECK(flight.run.decided_by(Rule::kB44));
    CHECK(flight.run.wait(flight.ep) == nothing());
}

TEST_CASE("a receive of a stream ends with a message that carries a descriptor", "[unix]") {
    ModelRun run;
    const Descriptor e = run.eventfd(0);
    const auto [out, in] = run.socket_pair(flag::kStream);
    run.write(out, 2);
    run.run(send_fd(out, e));
    run.write(out, 2);
    CHECK(run.run(call::recv(in, 10, flag::kPeek)) == number(3));
    CHECK(run.read(in, 10) == number(3));
    CHECK(run.run(receive_fd(in)) == number(1));  // plain data
}

TEST_CASE("errors of messages with descriptors", "[unix]") {
    ModelRun run;
    const Descriptor e = run.eventfd(0);
    const Descriptor nobody = call::literal(-1);
    const auto [out, in] = run.socket_pair(flag::kStream);
    CHECK(run.run(send_fd(out, nobody)) == failure(error::kEBADF));
    CHECK(run.run(send_fd(e, nobody)) == failure(error::kENOTSOCK));
    CHECK(run.run(send_fd(nobody, e)) == failure(error::kEBADF));
    CHECK(run.run(receive_fd(e)) == failure(error::kENOTSOCK));
    CHECK(run.run(receive_fd(in)) == failure(error::kEAGAIN));
    const Descriptor lone = run.socket(flag::kSeqpacket);
    CHECK(run.run(send_fd(lone, nobody)) == failure(error::kENOTCONN));
    run.close(out);
    CHECK(run.run(receive_fd(in)) == number(0));
}

TEST_CASE("an instance travels through a socket that it watches", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [out, in] = run.socket_pair(flag::kStream);
    run.add(ep, in, kIn, 7);
    run.run(send_fd(out, ep));
    run.close(ep);
    const Descriptor back = run.create(receive_fd(in));
    CHECK(run.wait(back) == nothing());
    run.write(out, 1);
    CHECK(run.wait(back) == reported({{kIn, 7}}));
}

TEST_CASE("sockets that hold only each other are garbage", "[unix]") {
    ModelRun run;
    const auto [out, in] = run.socket_pair(flag::kStream);
    const Descriptor twin = run.dup(in);
    run.run(send_fd(out, in));
    run.close(in);
    CHECK_FALSE(has_garbage(run.sure_world()));
    // Closing the last descriptor would leave the socket in its own queue.
    const World world = run.sure_world();
    const auto after =
        worlds_after({&world, 1}, run.belief().settings(), call::close(twin), done());
    CHECK(after.empty());
}

}  // namespace
}  // namespace epollcheck
