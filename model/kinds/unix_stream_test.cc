// Tests of unix streams: masks, wake-ups and charges of sends and receives, shutdown halves, close
// with and without unread data, and the urgent byte. A buffer of up to 100 bytes charges 100 here,
// and a sender may have 4000.

#include "model/judgement/model_test_support.h"
#include "model/kinds/unix_socket.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr EventMask kAll = kSocketReadKey | kSocketWritable | kRdhup;
constexpr EventMask kHalfClosed = kReadable | kSocketWritable | kRdhup;
constexpr EventMask kClosed = kHalfClosed | kHup;

/// A connected pair of which both ends are watched for all edges, the reports of ADD taken.
struct WatchedPair {
    explicit WatchedPair(ModelRun& run, std::uint32_t type = flag::kStream) : ep(run.epoll()) {
        std::tie(a, b) = run.socket_pair(type);
        run.add(ep, a, kAll | kEdge, 0);
        run.add(ep, b, kAll | kEdge, 1);
        REQUIRE(run.wait(ep) == reported({{kSocketWritable, 0}, {kSocketWritable, 1}}));
    }
    Descriptor ep;
    Descriptor a;
    Descriptor b;
};

const Answer kDataAtB = reported({{kReadable | kSocketWritable, 1}});
const Answer kRoomAtA = reported({{kSocketWritable, 0}});

TEST_CASE("every send wakes the receiver", "[unix]") {
    ModelRun run;
    const WatchedPair p(run);
    CHECK(run.write(p.a, 1) == number(1));
    CHECK(run.wait(p.ep) == kDataAtB);
    run.write(p.a, 1);
    CHECK(run.wait(p.ep) == kDataAtB);
    CHECK(run.write(p.a, 0) == done());
    CHECK(run.wait(p.ep) == nothing());
}

TEST_CASE("a sender is woken when a buffer was read to its end", "[unix]") {
    ModelRun run;
    const WatchedPair p(run);
    run.write(p.a, 10);
    run.wait(p.ep);
    CHECK(run.run(call::recv(p.b, 10, flag::kPeek)) == number(10));
    CHECK(run.wait(p.ep) == nothing());
    CHECK(run.read(p.b, 4) == number(4));
    CHECK(run.wait(p.ep) == nothing());
    CHECK(run.read(p.b, 100) == number(6));
    CHECK(run.wait(p.ep) == kRoomAtA);
    CHECK(run.read(p.b, 1) == failure(error::kEAGAIN));
    CHECK(run.wait(p.ep) == nothing());
}

TEST_CASE("a receive goes across buffers", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.write(a, 10);
    run.write(a, 8);
    CHECK(run.read(b, 12) == number(12));
    CHECK(run.read(b, 12) == number(6));
}

TEST_CASE("a sender is writable up to a quarter of its send buffer", "[unix]") {
    ModelRun run;
    const WatchedPair p(run);
    for (int i = 0; i < 9; ++i) {
        run.write(p.a, 1);
    }
    CHECK((run.mask(p.a) & kOut) != 0);
    run.write(p.a, 1);  // 1000 of 4000 bytes, and one byte of the socket's own
    CHECK((run.mask(p.a) & kOut) == 0);
    int sends = 10;
    while (run.write(p.a, 1) == number(1)) {
        ++sends;
    }
    CHECK(sends == 40);
    run.wait(p.ep);
    CHECK(run.write(p.a, 1) == failure(error::kEAGAIN));
    CHECK(run.wait(p.ep) == nothing());
    CHECK(run.read(p.b, 30) == number(30));  // 1000 bytes are still charged
    CHECK(run.wait(p.ep) == nothing());
    CHECK(run.read(p.b, 1) == number(1));
    CHECK(run.wait(p.ep) == kRoomAtA);
    CHECK(run.read(p.b, 1) == number(1));
    CHECK(run.wait(p.ep) == kRoomAtA);
}

TEST_CASE("a large send is split into buffers and may succeed in part", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kStream);
    CHECK(run.write(a, 2100) == number(2100));
    CHECK(run.sure_world().sockets[1].queued == 3);
    CHECK(run.write(a, 3000) == number(2000));
    CHECK(run.write(a, 1) == failure(error::kEAGAIN));
    CHECK(run.read(b, 5000) == number(4100));
}

TEST_CASE("shutdown of the sending half", "[unix]") {
    ModelRun run;
    const WatchedPair p(run);
    run.run(call::shutdown(p.a, kShutWrite));
    CHECK(run.wait(p.ep) == reported({{kSocketWritable, 0}, {kHalfClosed, 1}}));
    CHECK(run.read(p.b, 1) == number(0));
    CHECK(run.write(p.a, 1) == failure(error::kEPIPE));
    CHECK(run.write(p.b, 1) == number(1));
    run.wait(p.ep);
    run.run(call::shutdown(p.a, kShutRead));
    CHECK(run.wait(p.ep) == reported({{kClosed, 0}, {kClosed, 1}}));
    run.run(call::shutdown(p.a, kShutRead));  // wakes, though nothing changes
    CHECK(run.wait(p.ep) == reported({{kClosed, 0}, {kClosed, 1}}));
}

TEST_CASE("data that came before a shutdown can still be read", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.write(a, 10);
    run.run(call::shutdown(a, kShutBoth));
    CHECK(run.read(b, 100) == number(10));
    CHECK(run.read(b, 100) == number(0));
    CHECK(run.run(call::shutdown(b, 3)) == failure(error::kEINVAL));
}

TEST_CASE("RDHUP alone hears a shutdown and no data", "[unix]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.add(ep, b, kRdhup | kEdge, 1);
    run.write(a, 1);
    CHECK(run.wait(ep) == nothing());
    run.run(call::shutdown(a, kShutWrite));
    CHECK(run.wait(ep) == reported({{kRdhup, 1}}));
}

TEST_CASE("a close hangs up the peer; unread data makes it a reset", "[unix]") {
    ModelRun run;
    const WatchedPair p(run);
    SECTION("nothing unread") {
        run.close(p.b);
        CHECK(run.wait(p.ep) == reported({{kClosed, 0}}));
        CHECK(run.read(p.a, 1) == number(0));
        CHECK(run.write(p.a, 1) == failure(error::kEPIPE));
        CHECK(run.wait(p.ep) == nothing());
    }
    SECTION("unread data") {
        run.write(p.a, 1);
        run.wait(p.ep);
        run.close(p.b);
        CHECK(run.wait(p.ep) == reported({{kClosed | kErr, 0}}));
        CHECK(run.run(call::socket_error(p.a)) == payload(error::kECONNRESET));
        CHECK(run.mask(p.a) == kClosed);
        CHECK(run.run(call::socket_error(p.a)) == payload(0));
        CHECK(run.wait(p.ep) == nothing());
    }
    SECTION("what it sent itself can still be read") {
        run.write(p.b, 10);
        run.close(p.b);
        CHECK(run.read(p.a, 100) == number(10));
        CHECK(run.read(p.a, 100) == number(0));
    }
}

TEST_CASE("a failing read fetches the error", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.write(a, 1);
    run.close(b);
    CHECK(run.read(a, 1) == failure(error::kECONNRESET));
    CHECK(run.read(a, 1) == number(0));
}

TEST_CASE("an urgent byte shows as PRI until it is received", "[unix]") {
    ModelRun run;
    const WatchedPair p(run);
    CHECK(run.run(call::send(p.a, 1, flag::kOutOfBand)) == number(1));
    CHECK(run.wait(p.ep) == reported({{kPri | kReadable | kSocketWritable, 1}}));
    CHECK(run.run(call::recv(p.b, 1, flag::kOutOfBand)) == number(1));
    CHECK((run.mask(p.b) & kPri) == 0);
    CHECK(run.run(call::recv(p.b, 1, flag::kOutOfBand)) == failure(error::kEINVAL));
    CHECK(run.read(p.b, 1) == failure(error::kEAGAIN));
}

TEST_CASE("an urgent byte is the last of its send, and a mark for reads", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kStream);
    CHECK(run.run(call::send(a, 11, flag::kOutOfBand)) == number(11));
    CHECK((run.mask(b) & kPri) != 0);
    CHECK(run.read(b, 100) == number(10));  // a read stops before the mark
    run.write(a, 2);
    CHECK(run.read(b, 100) == number(2));  // and the next one passes it: the byte is lost
    CHECK((run.mask(b) & kPri) == 0);
}

TEST_CASE("without MSG_OOB in the target it is refused", "[unix]") {
    Calibration calibration = round_calibration();
    calibration.has_unix_out_of_band = false;
    ModelRun run(Tier::kExact, "linux-6.18", calibration);
    const auto [a, b] = run.socket_pair(flag::kStream);
    CHECK(run.run(call::send(a, 1, flag::kOutOfBand)) == failure(error::kEOPNOTSUPP));
    CHECK(run.run(call::recv(b, 1, flag::kOutOfBand)) == failure(error::kEOPNOTSUPP));
}

TEST_CASE("a send of a length that was not measured is not judged", "[unix]") {
    ModelRun run;
    const auto [a, b] = run.socket_pair(flag::kStream);
    BeliefSet belief(run.belief().settings());
    belief.restart_in(run.sure_world());
    CHECK(belief.step(call::write(a, 77), number(77)) == StepVerdict::kInconclusive);
    CHECK(std::string(belief.reason()).find("charge") != std::string::npos);
}

}  // namespace
}  // namespace epollcheck
