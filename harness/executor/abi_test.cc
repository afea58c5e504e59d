// The translation of flags, in both directions.

#include "harness/executor/abi.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <climits>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

TEST_CASE("each known flag becomes the one of the C headers", "[executor]") {
    CHECK(abi::open_flags(flag::kReadWrite | flag::kNonblock | flag::kCloexec) ==
          (O_RDWR | O_NONBLOCK | O_CLOEXEC));
    CHECK(abi::socket_type(flag::kSeqpacket | flag::kNonblock) == (SOCK_SEQPACKET | SOCK_NONBLOCK));
    CHECK(abi::message_flags(flag::kPeek | flag::kDontWait) == (MSG_PEEK | MSG_DONTWAIT));
    CHECK(abi::ioctl_request(kRequestNonblock) == FIONBIO);
    CHECK(abi::ioctl_request(0x1234) == 0x1234);
    CHECK(abi::fcntl_command(static_cast<int>(FcntlCommand::kSetPipeSize)) == F_SETPIPE_SZ);
}

TEST_CASE("a flag that a call does not have becomes one that nobody has", "[executor]") {
    CHECK(abi::epoll_create_flags(flag::kCloexec | flag::kUnknown) < 0);
    CHECK(abi::epoll_create_flags(flag::kNonblock) == INT_MIN);
    CHECK(abi::eventfd_flags(flag::kDirect) == INT_MIN);
    CHECK(abi::fcntl_command(99) == INT_MAX);
}

TEST_CASE("status flags come back without what the vocabulary does not name", "[executor]") {
    constexpr int kLargeFile = 0100000;
    CHECK(abi::status_flags(O_WRONLY | O_NONBLOCK | kLargeFile) ==
          (flag::kWriteOnly | flag::kNonblock));
    CHECK(abi::status_flags(O_RDONLY) == 0);
    CHECK(abi::status_flags(O_PATH | O_CLOEXEC) == flag::kPath);
}

}  // namespace
}  // namespace epollcheck
