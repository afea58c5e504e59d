// Tests of TCP sockets: the mask in each state, the ways in which a connection begins and ends, the
// urgent byte, and what the model leaves to others.

#include "model/judgement/model_test_support.h"
#include "model/kinds/inet_socket.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr EventMask kWritableBits = kOut | kWrnorm;
constexpr EventMask kEndOfStream = kReadable | kRdhup;

Descriptor tcp(ModelRun& run) {
    return run.create(call::inet_socket(flag::kStream | flag::kNonblock));
}

Operation accept(Descriptor listener) {
    Operation operation = call::on(OperationKind::kAccept4, listener);
    operation.flags = flag::kNonblock;
    return operation;
}

Operation option(Descriptor s, SocketOption option, std::uint64_t value) {
    Operation operation = call::on(OperationKind::kSetsockopt, s);
    operation.number = static_cast<std::int32_t>(option);
    operation.value = value;
    return operation;
}

/// A listener and both ends of a connection to it.
struct Connection {
    explicit Connection(ModelRun& run, std::int32_t backlog = 5) : listener(tcp(run)) {
        run.run(call::listen(listener, backlog));
        client = tcp(run);
        run.run(call::connect(client, listener));
        server = run.create(accept(listener));
    }
    Descriptor listener;
    Descriptor client;
    Descriptor server;
};

TEST_CASE("the mask of a TCP socket on its way to a connection", "[tcp]") {
    ModelRun run;
    const Descriptor l = tcp(run);
    const Descriptor c = tcp(run);
    CHECK(run.mask(l) == (kWritableBits | kHup));
    run.run(call::listen(l, 0));
    CHECK(run.mask(l) == 0);
    CHECK(run.run(accept(l)) == failure(error::kEAGAIN));
    CHECK(run.run(call::connect(c, l)) == failure(error::kEINPROGRESS));
    CHECK(run.mask(c) == kWritableBits);
    CHECK(run.mask(l) == kReadable);
    CHECK(run.run(call::connect(c, l)) == done());
    CHECK(run.run(call::connect(c, l)) == failure(error::kEISCONN));
    const Descriptor late = tcp(run);
    CHECK(run.run(call::connect(late, l)) == failure(error::kEINPROGRESS));
    CHECK(run.mask(late) == 0);
    CHECK(run.run(call::connect(late, l)) == failure(error::kEALREADY));
}

TEST_CASE("a refused connection is closed and has an error", "[tcp]") {
    ModelRun run;
    const Descriptor nobody = tcp(run);
    const Descriptor c = tcp(run);
    CHECK(run.run(call::connect(c, nobody)) == failure(error::kEINPROGRESS));
    CHECK(run.mask(c) == (kWritableBits | kEndOfStream | kErr | kHup));
    CHECK(run.run(call::connect(c, nobody)) == failure(error::kECONNREFUSED));
    CHECK(run.mask(c) == (kWritableBits | kHup));
}

TEST_CASE("both halves of a connection end one after the other", "[tcp]") {
    ModelRun run;
    const Connection tcp(run);
    run.run(call::shutdown(tcp.client, kShutWrite));
    CHECK(run.mask(tcp.client) == kWritableBits);
    CHECK(run.mask(tcp.server) == (kWritableBits | kEndOfStream));
    run.run(call::send(tcp.server, 3, 0));
    CHECK(run.mask(tcp.client) == (kWritableBits | kReadable));
    run.run(call::close(tcp.server));
    CHECK(run.mask(tcp.client) == (kWritableBits | kEndOfStream | kHup));
    CHECK(run.run(call::recv(tcp.client, 9, 0)) == number(3));
    CHECK(run.run(call::recv(tcp.client, 9, 0)) == number(0));
}

TEST_CASE("a reset reaches the peer as an error", "[tcp]") {
    ModelRun run;
    const Connection tcp(run);
    SECTION("unread data") { run.run(call::send(tcp.client, 1, 0)); }
    SECTION("no lingering") { run.run(option(tcp.server, SocketOption::kLinger, 0)); }
    run.run(call::close(tcp.server));
    CHECK(run.mask(tcp.client) == (kWritableBits | kEndOfStream | kErr | kHup));
    CHECK(run.run(call::socket_error(tcp.client)) == payload(error::kECONNRESET));
    CHECK(run.mask(tcp.client) == (kWritableBits | kEndOfStream | kHup));
}

TEST_CASE("data for a closed end comes back as a reset", "[tcp]") {
    ModelRun run;
    const Connection tcp(run);
    run.run(call::close(tcp.server));
    CHECK(run.mask(tcp.client) == (kWritableBits | kEndOfStream));
    CHECK(run.run(call::send(tcp.client, 1, 0)) == number(1));
    CHECK(run.run(call::send(tcp.client, 1, 0)) == failure(error::kEPIPE));
}

TEST_CASE("an urgent byte stands outside of the stream", "[tcp]") {
    ModelRun run;
    const Connection tcp(run);
    run.run(call::send(tcp.client, 3, flag::kOutOfBand));
    CHECK(run.mask(tcp.server) == (kWritableBits | kReadable | kPri));
    CHECK(run.run(call::recv(tcp.server, 9, 0)) == number(2));
    CHECK(run.mask(tcp.server) == (kWritableBits | kPri));
    CHECK(run.run(call::recv(tcp.server, 9, flag::kOutOfBand)) == number(1));
    CHECK(run.run(call::recv(tcp.server, 9, flag::kOutOfBand)) == failure(error::kEINVAL));
    CHECK(run.mask(tcp.server) == kWritableBits);
    run.run(call::send(tcp.client, 2, 0));
    CHECK(run.run(call::recv(tcp.server, 9, 0)) == number(2));
}

TEST_CASE("the mark for reading decides about IN and its wakes", "[tcp]") {
    ModelRun run;
    const Connection tcp(run);
    const Descriptor ep = run.epoll();
    run.run(option(tcp.server, SocketOption::kReceiveLowWater, 4));
    run.add(ep, tcp.server, kIn | kEdge, 1);
    run.run(call::send(tcp.client, 3, 0));
    CHECK(run.wait(ep) == nothing());
    run.run(option(tcp.server, SocketOption::kReceiveLowWater, 3));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
}

TEST_CASE("a FIN that is handed on late is seen after the sender's own wake-up", "[tcp]") {
    ModelRun run;
    const Connection tcp(run);
    const Descriptor ep = run.epoll();
    run.add(ep, tcp.client, kIn | kOut | kEdge, 1);
    run.add(ep, tcp.server, kIn | kOut | kEdge, 2);
    run.wait(ep);
    run.run(call::shutdown(tcp.client, kShutWrite));
    CHECK(run.allows(call::wait(ep), reported({{kIn | kOut, 2}, {kOut, 1}})));
    CHECK(run.allows(call::wait(ep), reported({{kOut, 1}, {kIn | kOut, 2}})));
    CHECK_FALSE(run.allows(call::wait(ep), reported({{kOut, 1}})));
}

}  // namespace
}  // namespace epollcheck
