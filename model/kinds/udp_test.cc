// Tests of UDP sockets: the mask in each state, who takes what is sent, and which wakes come.

#include "model/judgement/model_test_support.h"
#include "model/kinds/inet_socket.h"

namespace epollcheck {
namespace {

using namespace event;

Descriptor udp(ModelRun& run) {
    return run.create(call::inet_socket(flag::kDatagram | flag::kNonblock));
}

TEST_CASE("the mask of a UDP socket", "[udp]") {
    ModelRun run;
    const Descriptor s = udp(run);
    CHECK(run.mask(s) == kSocketWritable);
    CHECK(run.run(call::shutdown(s, kShutRead)) == failure(error::kENOTCONN));
    CHECK(run.mask(s) == (kSocketWritable | kReadable | kRdhup));
    run.run(call::shutdown(s, kShutWrite));
    CHECK(run.mask(s) == (kSocketWritable | kReadable | kRdhup | kHup));
}

TEST_CASE("a datagram reaches the socket at its destination, or comes back as an error", "[udp]") {
    ModelRun run;
    const Descriptor r = udp(run);
    const Descriptor s = udp(run);
    CHECK(run.run(call::send(s, 1, 0)) == failure(error::kEDESTADDRREQ));
    run.run(call::bind(r));
    run.run(call::connect(s, r));
    CHECK(run.run(call::send(s, 5, 0)) == number(5));
    CHECK(run.mask(r) == (kSocketWritable | kReadable));
    CHECK(run.run(call::recv(r, 3, flag::kPeek)) == number(3));
    CHECK(run.run(call::recv(r, 3, 0)) == number(3));
    CHECK(run.run(call::recv(r, 3, 0)) == failure(error::kEAGAIN));
    run.run(call::close(r));
    CHECK(run.run(call::send(s, 5, 0)) == number(5));
    CHECK(run.mask(s) == (kSocketWritable | kErr));
    CHECK(run.run(call::send(s, 5, 0)) == failure(error::kECONNREFUSED));
    CHECK(run.mask(s) == kSocketWritable);
}

TEST_CASE("sending is an edge for both ends of a UDP association", "[udp]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor r = udp(run);
    const Descriptor s = udp(run);
    run.run(call::bind(r));
    run.run(call::connect(s, r));
    run.add(ep, r, kIn | kEdge, 1);
    run.add(ep, s, kOut | kEdge, 2);
    CHECK(run.wait(ep) == reported({{kOut, 2}}));
    run.run(call::send(s, 5, 0));
    CHECK(run.wait(ep) == reported({{kOut, 2}, {kIn, 1}}));
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("a connected UDP socket takes from its peer only", "[udp]") {
    ModelRun run;
    const Descriptor r = udp(run);
    const Descriptor s = udp(run);
    const Descriptor other = udp(run);
    run.run(call::bind(r));
    run.run(call::connect(s, r));
    run.run(call::connect(other, r));
    run.run(call::connect(r, s));
    run.run(call::send(other, 1, 0));
    CHECK(run.mask(r) == kSocketWritable);
    CHECK(run.mask(other) == (kSocketWritable | kErr));
    run.run(call::send(s, 1, 0));
    CHECK(run.mask(r) == (kSocketWritable | kReadable));
}

}  // namespace
}  // namespace epollcheck
