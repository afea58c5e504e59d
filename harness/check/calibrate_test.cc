// Tests of calibration: what is measured on this machine is what its calls show, and a program gets
// the charges that it needs.

#include "harness/check/calibrate.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "harness/check/check_test_support.h"

namespace epollcheck {
namespace {

TEST_CASE("the capacities of this machine are measured", "[calibrate]") {
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    CHECK(calibration.page_size == static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE)));
    CHECK(calibration.epoll_event_size == sizeof(epoll_event));
    CHECK(calibration.pipe_slots >= 1);
    CHECK(calibration.unix_send_buffer >= 4096);
    CHECK(calibration.unix_stream_chunk >= 1024);
    CHECK(calibration.datagram_queue_length >= 1);
    CHECK(calibration.charge(SocketType::kStream, 1) > 1);
}

TEST_CASE("a program gets the charges of what it sends", "[calibrate]") {
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    const Program program = program_of(R"(
socketpair(AF_UNIX, SOCK_STREAM, [a, b])
socketpair(AF_UNIX, SOCK_DGRAM, [c, d])
write(a, 777)
send(a, 333, MSG_OOB)
send(c, 55, 0)
read(b, 4444)
)");
    CHECK(calibration.charge(SocketType::kStream, 777) == 0);
    REQUIRE_FALSE(calibrate_for(this_machine(), program.operations, calibration));
    CHECK(calibration.charge(SocketType::kStream, 777) > 777);
    CHECK(calibration.charge(SocketType::kStream, 332) > 332);
    CHECK(calibration.charge(SocketType::kDatagram, 55) > 55);
    CHECK(calibration.charge(SocketType::kSeqpacket, 55) > 55);
    CHECK(calibration.charge(SocketType::kStream, 4444) == 0);
}

TEST_CASE("a send of several buffers needs the charges of whole ones and of the rest",
          "[calibrate]") {
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    const std::uint32_t chunk = calibration.unix_stream_chunk;
    std::vector<Operation> operations(1);
    operations[0].kind = OperationKind::kWrite;
    operations[0].length = chunk + 99;
    REQUIRE_FALSE(calibrate_for(this_machine(), operations, calibration));
    CHECK(calibration.charge(SocketType::kStream, chunk) >= chunk);
    CHECK(calibration.charge(SocketType::kStream, 99) > 99);
}

TEST_CASE("a program with too many lengths is refused with a reason", "[calibrate]") {
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    std::vector<Operation> operations;
    for (std::uint32_t length = 1; length < 600; ++length) {
        Operation write;
        write.kind = OperationKind::kWrite;
        write.length = 2 * length;
        operations.push_back(write);
    }
    const auto error = calibrate_for(this_machine(), operations, calibration);
    REQUIRE(error);
    CHECK(error->what.find("lengths") != std::string::npos);
}

}  // namespace
}  // namespace epollcheck
