// Tests of connections of unix sockets: fresh and listening sockets, connect, accept, and
// connections that nobody accepted.

#include "model/kinds/unix_connection.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr EventMask kAll = kSocketReadKey | kSocketWritable | kRdhup;
constexpr EventMask kUnconnected = kSocketWritable | kHup;

struct Listener {
    explicit Listener(ModelRun& run, std::int32_t backlog = 5)
        : ep(run.epoll()), fd(run.socket(flag::kStream)) {
        run.add(ep, fd, kAll | kEdge, 0);
        REQUIRE(run.wait(ep) == reported({{kUnconnected, 0}}));
        REQUIRE(run.run(call::bind(fd)) == done());
        REQUIRE(run.run(call::listen(fd, backlog)) == done());
    }
    Descriptor ep;
    Descriptor fd;
};

Descriptor client_of(ModelRun& run, Descriptor listener) {
    const Descriptor client = run.socket(flag::kStream);
    REQUIRE(run.run(call::connect(client, listener)) == done());
    return client;
}

TEST_CASE("listening clears the mask without a word", "[unix]") {
    ModelRun run;
    const Listener l(run);
    CHECK(run.mask(l.fd) == 0);
    CHECK(run.wait(l.ep) == nothing());
}

TEST_CASE("each connect wakes the listener, accept does not", "[unix]") {
    ModelRun run;
    const Listener l(run);
    client_of(run, l.fd);
    CHECK(run.wait(l.ep) == reported({{kReadable, 0}}));
    client_of(run, l.fd);
    CHECK(run.wait(l.ep) == reported({{kReadable, 0}}));
    run.accept(l.fd);
    CHECK(run.wait(l.ep) == nothing());
    CHECK(run.mask(l.fd) == kReadable);
    run.accept(l.fd);
    CHECK(run.mask(l.fd) == 0);
    CHECK(run.run(call::on(OperationKind::kAccept4, l.fd)) == failure(error::kEAGAIN));
}

TEST_CASE("connecting changes the mask of the client without a wake-up", "[unix]") {
    ModelRun run;
    const Listener l(run);
    const Descriptor c = run.socket(flag::kStream);
    run.add(l.ep, c, kAll | kEdge, 1);
    CHECK(run.wait(l.ep) == reported({{kUnconnected, 1}}));
    run.run(call::connect(c, l.fd));
    CHECK(run.wait(l.ep) == reported({{kReadable, 0}}));
    CHECK(run.mask(c) == kSocketWritable);
}

TEST_CASE("a client may send before it is accepted", "[unix]") {
    ModelRun run;
    const Listener l(run);
    const Descriptor c = client_of(run, l.fd);
    CHECK(run.write(c, 10) == number(10));
    const Descriptor s = run.accept(l.fd);
    CHECK(run.mask(s) == (kReadable | kSocketWritable));
    CHECK(run.read(s, 100) == number(10));
    CHECK(run.write(s, 1) == number(1));
    CHECK(run.read(c, 100) == number(1));
}

TEST_CASE("a full backlog refuses further clients", "[unix]") {
    ModelRun run;
    const Listener l(run, 0);
    client_of(run, l.fd);
    const Descriptor second = run.socket(flag::kStream);
    CHECK(run.run(call::connect(second, l.fd)) == failure(error::kEAGAIN));
    run.accept(l.fd);
    CHECK(run.run(call::connect(second, l.fd)) == done());
}

TEST_CASE("the close of a listener resets clients that were not accepted", "[unix]") {
    ModelRun run;
    const Listener l(run);
    const Descriptor accepted = client_of(run, l.fd);
    run.accept(l.fd);
    const Descriptor pending = client_of(run, l.fd);
    run.add(l.ep, accepted, kAll | kEdge, 1);
    run.add(l.ep, pending, kAll | kEdge, 2);
    run.wait(l.ep);
    run.close(l.fd);
    CHECK(run.wait(l.ep) == reported({{kReadable | kSocketWritable | kRdhup | kErr | kHup, 2}}));
    CHECK(run.run(call::socket_error(pending)) == payload(error::kECONNRESET));
}

TEST_CASE("a pending connection whose client left can still be accepted", "[unix]") {
    ModelRun run;
    const Listener l(run);
    const Descriptor c = client_of(run, l.fd);
    run.write(c, 2);
    run.close(c);
    const Descriptor s = run.accept(l.fd);
    CHECK((run.mask(s) & (kIn | kHup)) == (kIn | kHup));
    CHECK(run.read(s, 100) == number(2));
    CHECK(run.read(s, 100) == number(0));
}

TEST_CASE("connect has its errors", "[unix]") {
    ModelRun run;
    const Listener l(run);
    const Descriptor c = client_of(run, l.fd);
    CHECK(run.run(call::connect(c, l.fd)) == failure(error::kEISCONN));
    const Descriptor unbound = run.socket(flag::kStream);
    CHECK(run.run(call::connect(run.socket(flag::kStream), unbound)) ==
          failure(error::kECONNREFUSED));
    const Descriptor packets = run.socket(flag::kSeqpacket);
    CHECK(run.run(call::connect(packets, l.fd)) == failure(error::kECONNREFUSED));
    CHECK(run.run(call::connect(l.ep, l.fd)) == failure(error::kENOTSOCK));
    CHECK(run.run(call::connect(call::literal(-1), l.fd)) == failure(error::kEBADF));
}

TEST_CASE("listen and accept have theirs", "[unix]") {
    ModelRun run;
    const auto accept = [](Descriptor fd) { return call::on(OperationKind::kAccept4, fd); };
    const Descriptor datagram = run.socket(flag::kDatagram);
    const Descriptor unbound = run.socket(flag::kStream);
    CHECK(run.run(call::listen(datagram, 1)) == failure(error::kEOPNOTSUPP));
    CHECK(run.run(call::listen(unbound, 1)) == failure(error::kEINVAL));
    CHECK(run.run(accept(datagram)) == failure(error::kEOPNOTSUPP));
    CHECK(run.run(accept(unbound)) == failure(error::kEINVAL));
    CHECK(run.run(accept(run.epoll())) == failure(error::kENOTSOCK));
    CHECK(run.run(call::bind(unbound)) == done());
    CHECK(run.run(call::bind(unbound)) == failure(error::kEINVAL));
}

}  // namespace
}  // namespace epollcheck
