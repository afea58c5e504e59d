// The executor's socket operations against known answers of unix(7).

#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

constexpr std::uint32_t kStreamSocket = flag::kStream | flag::kNonblock;
constexpr std::uint32_t kDatagramSocket = flag::kDatagram | flag::kNonblock;

Operation& transfer(TestProgram& program, Kind kind, Descriptor fd, std::uint32_t length,
                    std::uint32_t flags = 0) {
    Operation& operation = program.add(kind, fd);
    operation.length = length;
    operation.flags = flags;
    return operation;
}

Operation& connect(TestProgram& program, Descriptor client, Descriptor server) {
    Operation& operation = program.add(Kind::kConnect, client);
    operation.other_fd = server;
    return operation;
}

TEST_CASE("a client connects to the address that a listener is bound to", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle server = program.create(Kind::kSocket, kStreamSocket);
    const Handle client = program.create(Kind::kSocket, kStreamSocket);
    connect(program, client, server);
    program.add(Kind::kBind, server);
    program.add(Kind::kBind, server);
    connect(program, client, server);
    program.add(Kind::kListen, server).number = 5;
    connect(program, client, server);
    connect(program, client, server);
    const Handle accepted = program.create(Kind::kAccept4, flag::kNonblock, server);
    program.create(Kind::kAccept4, flag::kNonblock, server);
    program.write(client, 3);
    program.read(accepted, 10);
    program.fcntl(accepted, FcntlCommand::kGetFl);
    // An accepted socket has its listener's address, so it leads to the listener.
    connect(program, program.create(Kind::kSocket, kStreamSocket), accepted);
    program.run(executor);

    CHECK(program.result(2) == Result::of_error(error::kECONNREFUSED));
    CHECK(program.result(3) == Result::of_value(0));
    CHECK(program.result(4) == Result::of_error(error::kEINVAL));
    CHECK(program.result(5) == Result::of_error(error::kECONNREFUSED));
    CHECK(program.result(6) == Result::of_value(0));
    CHECK(program.result(7) == Result::of_value(0));
    CHECK(program.result(8) == Result::of_error(error::kEISCONN));
    CHECK(program.result(9) == Result::of_descriptor(2));
    CHECK(program.result(10) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(12) == Result::of_value(3));
    CHECK(program.result(13) == Result::of_value(flag::kReadWrite | flag::kNonblock));
    CHECK(program.result(15) == Result::of_value(0));
}

TEST_CASE("a closed server's number leads nowhere", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle server = program.create(Kind::kSocket, kDatagramSocket);
    const Handle client = program.create(Kind::kSocket, kDatagramSocket);
    program.add(Kind::kBind, server);
    const Handle duplicate = program.create(Kind::kDup, 0, server);
    program.close(server);
    connect(program, client, server);
    connect(program, client, duplicate);
    program.write(client, 7);
    transfer(program, Kind::kRecv, duplicate, 100, flag::kPeek);
    transfer(program, Kind::kRecv, duplicate, 100);
    connect(program, client, literal(-1));  // dissolves the association
    program.write(client, 1);
    program.run(executor);

    CHECK(program.result(5) == Result::of_error(error::kECONNREFUSED));
    CHECK(program.result(6) == Result::of_value(0));
    CHECK(program.result(7) == Result::of_value(7));
    CHECK(program.result(8) == Result::of_value(7));
    CHECK(program.result(9) == Result::of_value(7));
    CHECK(program.result(10) == Result::of_value(0));
    CHECK(program.result(11) == Result::of_error(error::kENOTCONN));
}

TEST_CASE("messages, shutdown and pending errors of a socket pair", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [a, b] = program.create_pair(Kind::kSocketpair, kStreamSocket);
    transfer(program, Kind::kSend, a, 4);
    transfer(program, Kind::kRecv, b, 2);
    program.add(Kind::kShutdown, b).flags = kShutWrite;
    transfer(program, Kind::kRecv, a, 2);
    program.add(Kind::kShutdown, a).flags = 77;
    program.close(b);  // with two bytes unread
    program.add(Kind::kGetsockopt, a);
    program.add(Kind::kGetsockopt, a);
    transfer(program, Kind::kSend, a, 1);  // EPIPE, and the process goes on
    const auto [c, d] = program.create_pair(Kind::kSocketpair, flag::kSeqpacket | flag::kNonblock);
    transfer(program, Kind::kSend, c, 6);
    transfer(program, Kind::kRecv, d, 2);
    transfer(program, Kind::kRecv, d, 2, flag::kDontWait);
    program.add(Kind::kSocket).flags = flag::kStream | flag::kUnknown;
    program.add(Kind::kGetsockopt, program.epoll());
    program.run(executor);

    CHECK(program.result(0) == Result::of_descriptor(0, 1));
    CHECK(program.result(1) == Result::of_value(4));
    CHECK(program.result(2) == Result::of_value(2));
    CHECK(program.result(3) == Result::of_value(0));
    CHECK(program.result(4) == Result::of_value(0));
    CHECK(program.result(5) == Result::of_error(error::kEINVAL));
    CHECK(program.result(7) == Result::of_payload(error::kECONNRESET));
    CHECK(program.result(8) == Result::of_payload(0));
    CHECK(program.result(9) == Result::of_error(error::kEPIPE));
    CHECK(program.result(10) == Result::of_descriptor(1, 2));
    CHECK(program.result(12) == Result::of_value(2));
    CHECK(program.result(13) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(14) == Result::of_error(error::kEINVAL));
    CHECK(program.result(16) == Result::of_error(error::kENOTSOCK));
}

}  // namespace
}  // namespace epollcheck
