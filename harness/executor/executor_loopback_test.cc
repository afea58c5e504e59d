// Internet sockets in the executor: answers of tcp(7) and udp(7), and that each call ends only when
// what it sent has arrived.

#include <sched.h>

#include <utility>

#include "harness/executor/executor.h"
#include "harness/executor/loopback.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

Handle inet_socket(TestProgram& program, std::uint32_t type) {
    const Handle result = program.handle();
    Operation& operation = program.add(Kind::kSocket);
    operation.flags = type | flag::kNonblock;
    operation.number = static_cast<std::int32_t>(Domain::kInet);
    operation.bound[0] = result.index;
    return result;
}

Operation& connect(TestProgram& program, Descriptor client, Descriptor server) {
    Operation& operation = program.add(Kind::kConnect, client);
    operation.other_fd = server;
    return operation;
}

/// A listening socket, and one that connects to it: five operations.
std::pair<Handle, Handle> listener_and_client(TestProgram& program) {
    const Handle listener = inet_socket(program, flag::kStream);
    const Handle client = inet_socket(program, flag::kStream);
    program.add(Kind::kBind, listener);
    program.add(Kind::kListen, listener).number = 5;
    connect(program, client, listener);
    return {listener, client};
}

Operation& poll(TestProgram& program, Descriptor fd) {
    Operation& operation = program.add(Kind::kPoll, fd);
    operation.flags = event::kIn | event::kRdhup;
    return operation;
}

TEST_CASE("a datagram has arrived when send returns", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle server = inet_socket(program, flag::kDatagram);
    const Handle client = inet_socket(program, flag::kDatagram);
    program.add(Kind::kBind, server);
    connect(program, client, server);
    program.write(client, 3);
    program.read(server, 10);
    program.close(server);
    program.write(client, 3);
    program.add(Kind::kGetsockopt, client);
    program.run(executor);
    CHECK(program.result(5) == Result::of_value(3));
    CHECK(program.result(8) == Result::of_payload(error::kECONNREFUSED));
}

TEST_CASE("a connection is there when connect returns, and its end when shutdown does",
          "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [listener, client] = listener_and_client(program);
    const Handle server = program.create(Kind::kAccept4, flag::kNonblock, listener);
    program.write(client, 3);
    program.read(server, 10);
    program.add(Kind::kShutdown, client).flags = kShutWrite;
    poll(program, server);
    program.run(executor);
    CHECK(program.result(4) == Result::of_error(error::kEINPROGRESS));
    CHECK(program.result(5) == Result::of_descriptor(2));
    CHECK(program.result(7) == Result::of_value(3));
    CHECK(program.result(9) == Result::of_value(event::kIn | event::kRdhup));
}

TEST_CASE("a close that lingers ends although nobody receives", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [listener, client] = listener_and_client(program);
    for (int i = 0; i < 12; ++i) {
        program.write(client, 1 << 20);
    }
    Operation& option = program.add(Kind::kSetsockopt, client);
    option.number = static_cast<std::int32_t>(SocketOption::kLinger);
    option.value = 3600;
    program.close(client);
    program.run(executor);
    CHECK(program.result(-3) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(-2) == Result::of_value(0));
    CHECK(program.result(-1) == Result::of_value(0));
}

TEST_CASE("threads: what a thread sends has arrived when its call is over", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [listener, client] = listener_and_client(program);
    const Handle server = program.create(Kind::kAccept4, flag::kNonblock, listener);
    program.barrier();
    program.write(client, 3);
    program.in_thread(1);
    program.about_thread(Kind::kAwait, 0, 1);
    poll(program, server);
    program.barrier();
    program.read(server, 10);
    for (int round = 0; round < 200; ++round) {
        program.run_concurrent(executor,
                               {.seed = static_cast<std::uint64_t>(round) << 9, .most_spin = 400});
        CHECK(program.result(-3) == Result::of_value(event::kIn));
        CHECK(program.result(-1) == Result::of_value(3));
    }
}

TEST_CASE("a connection to a socket without a port is refused", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle nobody = inet_socket(program, flag::kStream);
    const Handle client = inet_socket(program, flag::kStream);
    connect(program, client, nobody);
    program.add(Kind::kGetsockopt, client);
    program.run(executor);
    CHECK(program.result(3) == Result::of_payload(error::kECONNREFUSED));
}

TEST_CASE("the thread is free to move between processors after a program", "[executor]") {
    cpu_set_t before;
    cpu_set_t after;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    Executor executor;
    TestProgram program;
    inet_socket(program, flag::kStream);
    program.run(executor);
    REQUIRE(sched_getaffinity(0, sizeof after, &after) == 0);
    CHECK(CPU_EQUAL(&before, &after));
}

TEST_CASE("packets of our own arrive", "[executor]") {
    Loopback loopback;
    CHECK_FALSE(loopback.is_entered());
    REQUIRE(loopback.open());
    CHECK(loopback.arrive());
}

}  // namespace
}  // namespace epollcheck
