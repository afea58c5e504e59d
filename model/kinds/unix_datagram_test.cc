// Tests of unix datagrams and sequenced packets: records, charges, the flow control of many senders
// to one receiver, and what a closed peer does. A receiver's queue is full beyond 2 datagrams here.

#include "model/judgement/model_test_support.h"
#include "model/kinds/unix_socket.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr EventMask kAll = kSocketReadKey | kSocketWritable | kRdhup;

TEST_CASE("datagrams and packets are records, empty ones included", "[unix]") {
    for (const std::uint32_t type : {flag::kDatagram, flag::kSeqpacket}) {
        ModelRun run;
        const Descriptor ep = run.epoll();
        const auto [a, b] = run.socket_pair(type);
        run.add(ep, b, kIn | kEdge, 1);
        CHECK(run.write(a, 10) == number(10));
        CHECK(run.wait(ep) == reported({{kIn, 1}}));
        CHECK(run.write(a, 0) == number(0));
        CHECK(run.wait(ep) == reported({{kIn, 1}}));
        CHECK(run.read(b, 4) == number(4));  // the rest of the record is discarded
        CHECK(run.wait(ep) == nothing());
        CHECK((run.mask(b) & kIn) != 0);
        CHECK(run.read(b, 4) == number(0));
        CHECK(run.read(b, 4) == failure(error::kEAGAIN));
    }
}

TEST_CASE("a receive gives the sender its charge back and wakes it", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kDatagram);
    run.add(ep, a, kOut | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    run.write(a, 1);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.run(call::recv(b, 1, flag::kPeek)) == number(1));
    CHECK(run.wait(ep) == nothing());
    CHECK(run.read(b, 1) == number(1));
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    CHECK(run.sure_world().sockets[0].charged == 0);
}

TEST_CASE("a datagram larger than the send buffer is refused", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kDatagram);
    CHECK(run.write(a, 4001) == failure(error::kEMSGSIZE));
    CHECK(run.write(a, 1000) == number(1000));
    CHECK((run.mask(a) & kOut) == 0);
}

/// A bound server and two clients that are connected to it.
struct Service {
    explicit Service(ModelRun& run)
        : server(run.socket(flag::kDatagram)),
          first(run.socket(flag::kDatagram)),
          second(run.socket(flag::kDatagram)) {
        run.run(call::bind(server));
        REQUIRE(run.run(call::connect(first, server)) == done());
        REQUIRE(run.run(call::connect(second, server)) == done());
    }
    Descriptor server;
    Descriptor first;
    Descriptor second;
};

TEST_CASE("a receiver takes one datagram more than its limit, then all senders wait", "[unix]") {
    ModelRun run;
    const Service s(run);
    for (int i = 0; i < 3; ++i) {
        CHECK(run.write(s.first, 1) == number(1));
    }
    CHECK(run.write(s.first, 1) == failure(error::kEAGAIN));
    CHECK((run.mask(s.first) & kOut) == 0);
    CHECK((run.mask(s.second) & kOut) == 0);
    CHECK(run.read(s.server, 1) == number(1));
    CHECK((run.mask(s.second) & kOut) != 0);
    CHECK(run.write(s.second, 1) == number(1));
}

TEST_CASE("room in the queue is relayed once to senders that asked for it", "[unix]") {
    ModelRun run;
    const Service s(run);
    const Descriptor ep = run.epoll();
    for (int i = 0; i < 3; ++i) {
        run.write(s.first, 1);
    }
    SECTION("a sender that polls for OUT registers") {
        run.add(ep, s.second, kOut | kEdge, 2);  // it never sent anything
        CHECK(run.wait(ep) == nothing());
        run.read(s.server, 1);
        CHECK(run.wait(ep) == reported({{kOut, 2}}));
        CHECK(run.decided_by(Rule::kD41));
        run.read(s.server, 1);
        CHECK(run.wait(ep) == nothing());
    }
    SECTION("one that asks only for IN does not") {
        run.add(ep, s.second, kIn | kEdge, 2);
        run.read(s.server, 1);
        run.mod(ep, s.second, kOut | kEdge, 2);  // now it asks, and there is room
        CHECK(run.wait(ep) == reported({{kOut, 2}}));
        CHECK(run.sure_world().sockets[2].relay == -1);
    }
    SECTION("a peer that is connected back is not held up") {
        const auto [a, b] = run.socket_pair(flag::kDatagram);
        for (int i = 0; i < 9; ++i) {
            CHECK(run.write(a, 1) == number(1));
        }
        CHECK((run.mask(a) & kOut) != 0);
    }
}

TEST_CASE("the close of a datagram peer is found out by the next send", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kDatagram);
    run.add(ep, a, kAll | kEdge, 1);
    run.wait(ep);
    run.close(b);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.write(a, 1) == failure(error::kECONNREFUSED));
    CHECK(run.wait(ep) == reported({{kSocketWritable, 1}}));
    CHECK(run.write(a, 1) == failure(error::kENOTCONN));
}

TEST_CASE("a send that fails frees its buffer again, which wakes the sender", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kDatagram);
    run.add(ep, a, kOut | kEdge, 1);
    run.wait(ep);
    run.run(call::shutdown(b, kShutRead));
    CHECK(run.wait(ep) == nothing());  // the peer's mask does not change
    CHECK(run.write(a, 1) == failure(error::kEPIPE));
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
}

TEST_CASE("shutdown of a datagram socket concerns itself only", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kDatagram);
    run.add(ep, a, kAll | kEdge, 1);
    run.add(ep, b, kAll | kEdge, 2);
    run.wait(ep);
    run.run(call::shutdown(a, kShutWrite));
    CHECK(run.wait(ep) == reported({{kSocketWritable, 1}}));
    CHECK(run.write(a, 1) == failure(error::kEPIPE));
    run.run(call::shutdown(a, kShutRead));
    CHECK(run.wait(ep) == reported({{kReadable | kSocketWritable | kRdhup | kHup, 1}}));
}

TEST_CASE("a datagram socket without a peer cannot send", "[unix]") {
    for (const char* profile : {"linux-6.12", "linux-6.18"}) {
        ModelRun run(Tier::kExact, profile);
        const Descriptor ep = run.epoll();
        const Descriptor s = run.socket(flag::kDatagram);
        CHECK(run.mask(s) == (kSocketWritable));
        run.add(ep, s, kOut | kEdge, 1);
        run.wait(ep);
        CHECK(run.write(s, 1) == failure(error::kENOTCONN));
        const bool allocates = std::string_view(profile) == "linux-6.18";  // V-53
        CHECK(run.wait(ep) == (allocates ? reported({{kOut, 1}}) : nothing()));
        run.run(call::shutdown(s, kShutWrite));
        CHECK(run.write(s, 1) == failure(allocates ? error::kEPIPE : error::kENOTCONN));
    }
}

TEST_CASE("disconnecting drops unread datagrams and tells a peer that is connected back",
          "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kDatagram);
    run.add(ep, a, kIn | kEdge, 1);
    run.write(a, 1);
    CHECK(run.run(call::connect(b, call::literal(-1))) == done());
    CHECK(run.wait(ep) == reported({{kErr, 1}}));
    CHECK(run.run(call::socket_error(a)) == payload(error::kECONNRESET));
    CHECK(run.read(b, 1) == failure(error::kEAGAIN));
}

TEST_CASE("sequenced packets are connected: halves and closes reach the peer", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kSeqpacket);
    run.add(ep, a, kAll | kEdge, 1);
    run.wait(ep);
    run.run(call::shutdown(b, kShutWrite));
    CHECK(run.wait(ep) == reported({{kReadable | kSocketWritable | kRdhup, 1}}));
    CHECK(run.read(a, 1) == number(0));
    run.write(a, 1);
    run.close(b);
    CHECK(run.wait(ep) == reported({{kReadable | kSocketWritable | kRdhup | kHup | kErr, 1}}));
}

TEST_CASE("an empty unread record does not make a close a reset since V-55", "[unix]") {
    for (const char* profile : {"linux-6.12", "linux-6.18"}) {
        ModelRun run(Tier::kExact, profile);
        const auto [a, b] = run.socket_pair(flag::kSeqpacket);
        run.write(a, 0);
        run.close(b);
        const bool old = std::string_view(profile) == "linux-6.12";
        CHECK(run.run(call::socket_error(a)) == payload(old ? error::kECONNRESET : 0));
    }
}

TEST_CASE("datagrams and packets know no urgent data", "[unix]") {
    for (const std::uint32_t type : {flag::kDatagram, flag::kSeqpacket}) {
        ModelRun run;
        const auto [a, b] = run.socket_pair(type);
        CHECK(run.run(call::send(a, 1, flag::kOutOfBand)) == failure(error::kEOPNOTSUPP));
        CHECK(run.run(call::recv(b, 1, flag::kOutOfBand)) == failure(error::kEOPNOTSUPP));
    }
}

}  // namespace
}  // namespace epollcheck
