// The measured capacities must predict what pipes and sockets really take.

#include "harness/executor/calibration_probe.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

Capacities measured() {
    Capacities capacities;
    const auto error = measure_capacities(capacities);
    INFO((error ? error->what : std::string()));
    REQUIRE_FALSE(error);
    return capacities;
}

TEST_CASE("a fresh pipe takes as many bytes as was measured", "[executor]") {
    const Capacities capacities = measured();
    CHECK(capacities.page_size == static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE)));
    const std::uint32_t bytes = capacities.pipe_slots * capacities.page_size;
    Executor executor;
    TestProgram program;
    const auto [r, w] = program.pipe();
    program.write(w, kMaxTransfer);
    program.fcntl(w, FcntlCommand::kSetPipeSize, capacities.pipe_max_size);
    program.fcntl(w, FcntlCommand::kSetPipeSize, std::uint64_t{capacities.pipe_max_size} * 2);
    program.run(executor);
    CHECK(program.result(1) == Result::of_value(bytes));
    CHECK(program.result(2) == Result::of_value(capacities.pipe_max_size));
    CHECK((program.result(3) == Result::of_error(error::kEPERM)) != capacities.may_exceed_pipe_max);
}

TEST_CASE("a datagram socket queues as many datagrams as was measured, and one", "[executor]") {
    const Capacities capacities = measured();
    REQUIRE(capacities.datagram_queue_length > 0);
    if (capacities.datagram_queue_length > 100) {
        return;  // the sender's buffer would be full first
    }
    Executor executor;
    TestProgram program;
    const Handle server = program.create(Kind::kSocket, flag::kDatagram);
    const Handle client = program.create(Kind::kSocket, flag::kDatagram | flag::kNonblock);
    program.add(Kind::kBind, server);
    program.add(Kind::kConnect, client).other_fd = server;
    for (std::uint32_t i = 0; i < capacities.datagram_queue_length + 2; ++i) {
        program.write(client, 1);
    }
    program.run(executor);
    CHECK(program.result(-2) == Result::of_value(1));
    CHECK(program.result(-1) == Result::of_error(error::kEAGAIN));
}

TEST_CASE("charges predict when a sender's buffer is full", "[executor]") {
    const Capacities capacities = measured();
    const std::uint32_t length = 3000;
    const std::uint32_t charge = measure_unix_charge(SOCK_STREAM, length);
    REQUIRE(charge > length);
    // A message is taken as long as less than the whole buffer is charged (sock_alloc_send_pskb).
    const std::uint32_t taken = (capacities.unix_send_buffer + charge - 1) / charge;
    Executor executor;
    TestProgram program;
    const auto [a, b] = program.create_pair(Kind::kSocketpair, flag::kStream | flag::kNonblock);
    for (std::uint32_t i = 0; i < taken + 1; ++i) {
        program.write(a, length);
    }
    program.run(executor);
    CHECK(program.result(-2) == Result::of_value(length));
    CHECK(program.result(-1) == Result::of_error(error::kEAGAIN));
}

TEST_CASE("charges depend on type and length", "[executor]") {
    const Capacities capacities = measured();
    const std::uint32_t chunk = capacities.unix_stream_chunk;
    CHECK(chunk >= capacities.page_size / 2);
    CHECK(chunk < capacities.unix_send_buffer / 2);
    CHECK(measure_unix_charge(SOCK_STREAM, chunk) >= chunk);
    CHECK(measure_unix_charge(SOCK_SEQPACKET, 1) >= 1);
    CHECK(measure_unix_charge(SOCK_DGRAM, 1) >= 1);
    CHECK(measure_unix_charge(SOCK_DGRAM, 0) > 0);          // an empty datagram is a buffer
    CHECK(measure_unix_charge(SOCK_STREAM, 0) == 0);        // an empty send to a stream is nothing
    CHECK(measure_unix_charge(SOCK_DGRAM, 1U << 24) == 0);  // EMSGSIZE
}

TEST_CASE("what is told about epoll agrees with the headers and the kernel", "[executor]") {
    const Capacities capacities = measured();
    CHECK(capacities.epoll_event_size == sizeof(epoll_event));
    Executor executor;
    TestProgram program;
    program.wait(literal(-1)).kind = Kind::kEpollPwait2;
    program.run(executor);
    CHECK(capacities.has_epoll_pwait2 == (program.result(0) == Result::of_error(error::kEBADF)));
}

}  // namespace
}  // namespace epollcheck
