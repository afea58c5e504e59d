// What the parser understands: each construct of the text form and the fields that it fills.

#include "harness/program/parser.h"

#include <catch2/catch.hpp>

#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

Program parsed(std::string_view text) {
    auto result = parse_program(text, "test.ep");
    if (const auto* error = std::get_if<ParseError>(&result)) FAIL(error->text());
    return std::get<Program>(std::move(result));
}

/// The last operation of a program in which the usual handles exist.
Operation operation_of(const std::string& line) {
    return parsed("epoll_create1(0) = ep\neventfd(0, 0) = e\npipe2([r, w], 0)\n" + line)
        .operations.back();
}

std::vector<ExpectedAnswer> answers_of(const std::string& line) {
    return parsed("epoll_create1(0) = ep\neventfd(0, 0) = e\npipe2([r, w], 0)\n" + line)
        .annotations.back()
        .expected;
}

constexpr std::int16_t kEp = 0;
constexpr std::int16_t kE = 1;
constexpr std::int16_t kR = 2;

}  // namespace

TEST_CASE("parser: a whole case") {
    const Program program = parsed(R"(id: edge/second-write-to-unread-pipe
title: A second write is reported again: even to an # edge-triggered reader
rules: R-C15 R-C21  R-D5
tier: linux
needs: epoll_pwait2
tags: edge pipe

# A note.
#
# Another note.

# Above the first.
epoll_create1(0) = ep

pipe2([r, w], O_NONBLOCK) = 0
epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0
write(w, 1) = 1              # comment at the end of a line
# comment above an operation
epoll_wait(ep, 16, 0) = [1:IN]
# closing
)");
    CHECK(program.header.id == "edge/second-write-to-unread-pipe");
    CHECK(program.header.title ==
          "A second write is reported again: even to an # edge-triggered reader");
    CHECK(program.header.rules == std::vector<std::string>{"R-C15", "R-C21", "R-D5"});
    CHECK(program.header.tier == Tier::kLinux);
    CHECK(program.header.needs == std::vector<std::string>{"epoll_pwait2"});
    CHECK(program.header.tags == std::vector<std::string>{"edge", "pipe"});
    CHECK(program.header.notes == std::vector<std::string>{"A note.", "", "Another note."});
    CHECK(program.handles == std::vector<std::string>{"ep", "r", "w"});
    REQUIRE(program.operations.size() == 5);
    REQUIRE(program.annotations.size() == 5);
    CHECK(program.annotations[0].comments_above == std::vector<std::string>{"Above the first."});
    CHECK(program.annotations[0].line == 13);
    CHECK(program.annotations[3].comment == "comment at the end of a line");
    CHECK(program.annotations[4].comments_above ==
          std::vector<std::string>{"comment above an operation"});
    CHECK(program.annotations[4].expected.at(0).events == std::vector<Event>{{event::kIn, 1}});
    CHECK(program.closing_comments == std::vector<std::string>{"closing"});
    CHECK(program.operations[1].bound[0] == 1);
    CHECK(program.operations[1].bound[1] == 2);
    CHECK(program.operations[2].other_fd.handle == 1);
}

TEST_CASE("parser: empty texts and texts without operations") {
    CHECK(parsed("") == Program{});
    CHECK(parsed("\n \n\t\r\n") == Program{});
    CHECK(parsed("# only a comment").header.notes == std::vector<std::string>{"only a comment"});
    CHECK(parsed("id: x").header.id == "x");
    CHECK(parsed("title:\r\n").header.title.empty());
}

TEST_CASE("parser: epoll calls") {
    CHECK(operation_of("epoll_create(-7)").number == -7);
    CHECK(operation_of("epoll_create1(EPOLL_CLOEXEC|0x80000000)").flags ==
          (flag::kCloexec | flag::kUnknown));
    Operation operation = operation_of("epoll_ctl(ep, MOD, -3, {EPOLLIN|ET|0x800, 0xff})");
    CHECK(operation.fd.handle == kEp);
    CHECK(operation.number == kCtlMod);
    CHECK(operation.other_fd == Descriptor{kNoHandle, -3});
    CHECK(operation.flags == (event::kIn | event::kEdge | 0x800));
    CHECK(operation.value == 255);
    CHECK(operation_of("epoll_ctl(ep, EPOLL_CTL_DEL, e, NULL)").number == kCtlDel);
    CHECK(operation_of("epoll_ctl(ep, 9, e, BAD)").number == 9);
    CHECK(operation_of("epoll_ctl(ep, DEL, e, NULL)").pointer == Pointer::kNull);
    CHECK(operation_of("epoll_ctl(ep, DEL, e, KERNEL)").pointer == Pointer::kKernel);
    operation = operation_of("epoll_wait(ep, 16, -1, buffer=room(2))");
    CHECK(operation.number == 16);
    CHECK(operation.timeout_ms == -1);
    CHECK(operation.pointer == Pointer::kRoom);
    CHECK(operation.room == 2);
    operation = operation_of("epoll_pwait(ep, 16, 5, sigsetsize=4, mask=EMPTY, buffer=BAD)");
    CHECK(operation.signal_set_size == 4);
    CHECK(operation.mask_pointer == Pointer::kGood);
    CHECK(operation.pointer == Pointer::kBad);
    CHECK(operation_of("epoll_pwait(ep, 1, 0, mask=BAD)").mask_pointer == Pointer::kBad);
    operation = operation_of("epoll_pwait2(ep, 16, {-1, 1000})");
    CHECK(operation.timeout_seconds == -1);
    CHECK(operation.timeout_nanoseconds == 1000);
    CHECK(operation_of("epoll_pwait2(ep, 16, NULL)").timeout_pointer == Pointer::kNull);
    CHECK(operation_of("epoll_pwait2(ep, 16, BAD)").timeout_pointer == Pointer::kBad);
    CHECK(operation_of("poll(e, IN|OUT)").flags == (event::kIn | event::kOut));
    CHECK(operation_of("fdinfo(ep)").kind == OperationKind::kFdinfo);
}

TEST_CASE("parser: descriptors and files") {
    CHECK(operation_of("close(1000000)").fd == Descriptor{kNoHandle, 1000000});
    CHECK(operation_of("dup(e) = d").bound[0] == 4);
    CHECK(operation_of("dup(e) = e").bound[0] == kE);
    CHECK(operation_of("dup(e)").bound[0] == kNoHandle);
    CHECK(operation_of("dup3(e, 700, O_CLOEXEC) = d").bound[0] == 4);
    CHECK(operation_of("fcntl(ep, F_GETFL)").number ==
          static_cast<std::int32_t>(FcntlCommand::kGetFl));
    CHECK(operation_of("fcntl(ep, F_SETFL, O_NONBLOCK)").value == flag::kNonblock);
    CHECK(operation_of("fcntl(w, F_SETPIPE_SZ, 131072)").value == 131072);
    Operation operation = operation_of("open(\"/dev/null\", O_RDONLY|O_NONBLOCK) = f");
    CHECK(operation.number == static_cast<std::int32_t>(Path::kDevNull));
    CHECK(operation.flags == flag::kNonblock);
    CHECK(operation_of("open(\"fifo\", O_PATH)").flags == flag::kPath);
    CHECK(operation_of("memfd_create() = m").bound[0] == 4);
    operation = operation_of("eventfd(3, EFD_SEMAPHORE|EFD_NONBLOCK) = x");
    CHECK(operation.value == 3);
    CHECK(operation.flags == (flag::kSemaphore | flag::kNonblock));
    operation = operation_of("pipe2([_, r], 0)");
    CHECK(operation.bound[0] == kNoHandle);
    CHECK(operation.bound[1] == kR);
}

TEST_CASE("parser: dup2 and dup3 bind the handle of their second argument") {
    for (const char* line : {"dup2(e, r)", "dup2(e, r) = r", "dup2(e, r) = EBADF", "dup3(e, r, 0)",
                             "dup2(e, r) = (r) or EBADF"}) {
        CAPTURE(line);
        CHECK(operation_of(line).bound[0] == kR);
    }
    CHECK(operation_of("dup2(e, 5)").bound[0] == kNoHandle);
    CHECK(operation_of("dup2(e, 5) = r").bound[0] == kR);
}

TEST_CASE("parser: transfers and sockets") {
    CHECK(operation_of("read(r, 10)").length == 10);
    CHECK_FALSE(operation_of("read(r, 10)").as_value);
    CHECK(operation_of("read(e, u64)").as_value);
    CHECK(operation_of("read(e, u64)").length == 0);
    CHECK(operation_of("write(e, {5})").value == 5);
    CHECK(operation_of("write(e, {5})").length == 0);
    CHECK(operation_of("write(w, 10, buffer=BAD)").pointer == Pointer::kBad);
    Operation operation =
        operation_of("socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) = 0");
    CHECK(operation.flags == (flag::kStream | flag::kNonblock));
    CHECK(operation.bound[1] == operation.bound[0] + 1);
    CHECK(operation_of("socket(AF_UNIX, SOCK_DGRAM) = s").flags == flag::kDatagram);
    CHECK(operation_of("listen(e, 5)").number == 5);
    CHECK(operation_of("connect(e, -1)").other_fd == Descriptor{});
    CHECK(operation_of("accept4(e, SOCK_NONBLOCK) = a").flags == flag::kNonblock);
    operation = operation_of("send(e, 10, MSG_OOB|MSG_DONTWAIT)");
    CHECK(operation.length == 10);
    CHECK(operation.flags == (flag::kOutOfBand | flag::kDontWait));
    CHECK(operation_of("recv(e, 10, MSG_PEEK)").flags == flag::kPeek);
    CHECK(operation_of("shutdown(e, SHUT_RDWR)").flags == kShutBoth);
    CHECK(operation_of("shutdown(e, 7)").flags == 7);
    CHECK(operation_of("getsockopt(e, SO_ERROR)").kind == OperationKind::kGetsockopt);
    CHECK(operation_of("ioctl(ep, FIONBIO)").flags == kRequestNonblock);
    CHECK(operation_of("ioctl(ep, FIOASYNC)").flags == kRequestAsync);
    CHECK(operation_of("ioctl(ep, 0x1234)").flags == 0x1234);
    CHECK(operation_of("barrier").kind == OperationKind::kBarrier);
    operation = operation_of("await(T2)");
    CHECK(operation.kind == OperationKind::kAwait);
    CHECK(operation.number == 1);
    CHECK(operation_of("resume(T16)").number == 15);
    CHECK(operation_of("epoll_wait(ep, 1, -1, buffer=PAUSED)").pointer == Pointer::kPaused);
}

TEST_CASE("parser: threads") {
    const Program program =
        parsed("T1: eventfd(0, 0) = e\nT2: read(e, 8)\nT16: close(e)\nbarrier\n");
    CHECK(program.operations[0].thread == 0);
    CHECK(program.operations[1].thread == 1);
    CHECK(program.operations[2].thread == 15);
    CHECK(program.operations[3].thread == 0);
}

TEST_CASE("parser: processes") {
    const Program program = parsed("fork()\nP2: eventfd(0, 0) = e\nP1: close(e)\nexit()\n");
    CHECK(program.operations[0].process == 0);
    CHECK(program.operations[1].process == 1);
    CHECK(program.operations[2].process == 0);
    CHECK(operation_of("clone(CLONE_FILES)").flags == flag::kCloneFiles);
    CHECK(operation_of("unshare(CLONE_FILES)").flags == flag::kCloneFiles);
    CHECK(operation_of("close_range(e, ep, CLOSE_RANGE_UNSHARE|CLOSE_RANGE_CLOEXEC)").flags ==
          (flag::kRangeUnshare | flag::kCloexec));
    CHECK(operation_of("kcmp_file(e, P2, ep)").number == 1);
    CHECK(operation_of("kcmp_epoll(ep, e, 3)").number == 3);
    CHECK(operation_of("fcntl(e, F_SETFD, FD_CLOEXEC)").value == flag::kCloexec);
    CHECK(operation_of("recv_fd(e, MSG_PEEK|MSG_CMSG_CLOEXEC) = d").flags ==
          (flag::kPeek | flag::kCloexec));
    CHECK(answers_of("recv_fd(e, 0) = 1").at(0).result == Result::of_value(1));
    CHECK(answers_of("recv_fd(e, 0) = d").at(0).result == Result::of_descriptor(-1));
}

TEST_CASE("parser: answers") {
    const auto result_of = [](const std::string& line) { return answers_of(line).at(0).result; };
    CHECK(result_of("close(e) = 0") == Result::of_value(0));
    CHECK(result_of("close(e) = EBADF") == Result::of_error(error::kEBADF));
    CHECK(result_of("write(w, 9) = 9") == Result::of_value(9));
    CHECK(result_of("write(w, 9) = blocks") == Result::blocked());
    CHECK(result_of("read(e, u64) = {18446744073709551615}") == Result::of_payload(~0ULL));
    CHECK(result_of("read(e, u64) = 8") == Result::of_value(8));
    CHECK(result_of("getsockopt(e, SO_ERROR) = {ECONNRESET}") ==
          Result::of_payload(error::kECONNRESET));
    CHECK(result_of("getsockopt(e, SO_ERROR) = {0}") == Result::of_payload(0));
    CHECK(result_of("getsockopt(e, SO_ERROR) = ENOTSOCK") == Result::of_error(error::kENOTSOCK));
    CHECK(result_of("poll(e, IN) = IN|ERR") == Result::of_value(event::kIn | event::kErr));
    CHECK(result_of("poll(e, IN) = ERR") == Result::of_value(event::kErr));
    CHECK(result_of("poll(e, IN) = 0") == Result::of_value(0));
    CHECK(result_of("fcntl(ep, F_GETFL) = O_RDWR|O_NONBLOCK") ==
          Result::of_value(flag::kReadWrite | flag::kNonblock));
    CHECK(result_of("fcntl(ep, F_GETFD) = 1") == Result::of_value(1));
    CHECK(result_of("pipe2([a, b], 0) = 0") == Result::of_descriptor(-1));
    CHECK(result_of("epoll_wait(ep, 16, 0) = []") == Result::of_events(0));
    const ExpectedAnswer events = answers_of("epoll_wait(ep, 16, 0) = [7:IN|OUT,8:HUP]").at(0);
    CHECK(events.result == Result::of_events(2));
    CHECK(events.events == std::vector<Event>{{event::kIn | event::kOut, 7}, {event::kHup, 8}});
}

TEST_CASE("parser: several answers and conditions") {
    const auto answers = answers_of("close(e) = EBADF if V-45 or 0 if not V-45 or EINTR");
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].condition == "V-45");
    CHECK(answers[0].condition_holds);
    CHECK(answers[1].result == Result::of_value(0));
    CHECK_FALSE(answers[1].condition_holds);
    CHECK(answers[2].condition.empty());
    CHECK(answers_of("close(e)").empty());
}

TEST_CASE("parser: a new descriptor can be bound with and without a promise") {
    const auto check = [](const std::string& line, int bound, std::vector<Result> expected) {
        CAPTURE(line);
        CHECK(operation_of(line).bound[0] == bound);
        std::vector<Result> results;
        for (const ExpectedAnswer& answer : answers_of(line)) results.push_back(answer.result);
        CHECK(results == expected);
    };
    const Result success = Result::of_descriptor(-1);
    const Result failure = Result::of_error(error::kEMFILE);
    check("dup(e)", -1, {});
    check("dup(e) = d", 4, {success});
    check("dup(e) = (d)", 4, {});
    check("dup(e) = (d) or EMFILE", 4, {failure});
    check("dup(e) = d or EMFILE", 4, {success, failure});
    check("dup(e) = EMFILE or d", 4, {failure, success});
    check("dup(e) = EMFILE", -1, {failure});
    check("dup(e) = fd or EMFILE", -1, {success, failure});
}

}  // namespace epollcheck
