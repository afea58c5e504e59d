// The executor against known answers: operations that make, duplicate and change descriptors, and
// operations on files.

#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

TEST_CASE("duplicates have the slots that they are given", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(3);
    const Handle d = program.create(Kind::kDup, 0, e);
    const Handle onto = program.eventfd(0);
    program.add(Kind::kDup2, e).other_fd = onto;
    Operation& cloexec = program.add(Kind::kDup3, e);
    cloexec.other_fd = onto;
    cloexec.flags = flag::kCloexec;
    program.fcntl(onto, FcntlCommand::kGetFd);
    program.fcntl(d, FcntlCommand::kGetFd);
    program.close(e);
    program.read_number(onto);
    program.close(e);
    program.create(Kind::kDup, 0, d);
    program.add(Kind::kDup2, d).other_fd = literal(1'000'000);
    program.add(Kind::kDup3, d).other_fd = d;
    program.run(executor);

    CHECK(program.result(1) == Result::of_descriptor(1));
    CHECK(program.result(3) == Result::of_descriptor(2));
    CHECK(program.result(4) == Result::of_descriptor(2));
    CHECK(program.result(5) == Result::of_value(1));
    CHECK(program.result(6) == Result::of_value(0));
    CHECK(program.result(7) == Result::of_value(0));
    CHECK(program.result(8) == Result::of_payload(3));
    CHECK(program.result(9) == Result::of_error(error::kEBADF));
    CHECK(program.result(10) == Result::of_descriptor(0));
    CHECK(program.result(11) == Result::of_error(error::kEBADF));
    CHECK(program.result(12) == Result::of_error(error::kEINVAL));
}

TEST_CASE("a handle whose call failed holds no descriptor", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle e = program.eventfd(1);
    Operation& failing = program.add(Kind::kEpollCreate1);
    failing.flags = flag::kUnknown;
    failing.bound[0] = e.index;
    program.read_number(e);
    // But dup2 assigns nothing: the number is still what it was.
    const Handle other = program.eventfd(6);
    Operation& failing_dup2 = program.add(Kind::kDup2, e);
    failing_dup2.other_fd = other;
    failing_dup2.bound[0] = other.index;
    program.read_number(other);
    program.run(executor);

    CHECK(program.result(1) == Result::of_error(error::kEINVAL));
    CHECK(program.result(2) == Result::of_error(error::kEBADF));
    CHECK(program.result(4) == Result::of_error(error::kEBADF));
    CHECK(program.result(5) == Result::of_payload(6));
}

TEST_CASE("status flags are told in the vocabulary's own names", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [r, w] = program.pipe(flag::kNonblock | flag::kDirect | flag::kCloexec);
    const Handle path = program.open(Path::kRegularFile, flag::kPath);
    for (const Handle fd : {r, w, path, program.epoll()}) {
        program.fcntl(fd, FcntlCommand::kGetFl);
    }
    program.fcntl(w, FcntlCommand::kSetFl, 0);
    program.fcntl(w, FcntlCommand::kGetFl);
    program.add(Kind::kIoctl, w).flags = kRequestNonblock;
    program.fcntl(w, FcntlCommand::kGetFl);
    program.run(executor);

    CHECK(program.result(3) == Result::of_value(flag::kNonblock));  // packets are for the writer
    CHECK(program.result(4) ==
          Result::of_value(flag::kNonblock | flag::kDirect | flag::kWriteOnly));
    CHECK(program.result(5) == Result::of_value(flag::kPath));
    CHECK(program.result(6) == Result::of_value(flag::kReadWrite));
    CHECK(program.result(7) == Result::of_value(0));
    CHECK(program.result(8) == Result::of_value(flag::kWriteOnly));
    CHECK(program.result(9) == Result::of_value(0));
    CHECK(program.result(10) == Result::of_value(flag::kNonblock | flag::kWriteOnly));
}

TEST_CASE("the size of a pipe can be asked and set", "[executor]") {
    Executor executor;
    TestProgram program;
    const auto [r, w] = program.pipe();
    program.fcntl(r, FcntlCommand::kGetPipeSize);
    program.fcntl(w, FcntlCommand::kSetPipeSize, 131072);
    program.fcntl(r, FcntlCommand::kGetPipeSize);
    program.write(w, kMaxTransfer);
    program.write(w, 1);
    program.read(r, kMaxTransfer);
    program.fcntl(program.eventfd(0), FcntlCommand::kGetPipeSize);
    program.run(executor);

    CHECK(program.result(1).value > 0);
    CHECK(program.result(2) == Result::of_value(131072));
    CHECK(program.result(3) == Result::of_value(131072));
    CHECK(program.result(4) == Result::of_value(131072));
    CHECK(program.result(5) == Result::of_error(error::kEAGAIN));
    CHECK(program.result(6) == Result::of_value(131072));
    CHECK(program.result(8) == Result::of_error(error::kEBADF));
}

TEST_CASE("named files are private to a run", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle r = program.open(Path::kFifo, flag::kNonblock);
    program.open(Path::kFifo2, flag::kNonblock | flag::kWriteOnly);
    const Handle w = program.open(Path::kFifo, flag::kNonblock | flag::kWriteOnly);
    program.write(w, 3);
    program.read_number(r);
    const Handle file = program.open(Path::kRegularFile, flag::kReadWrite);
    program.read(file, 10);
    program.write(file, 5);
    program.add(Kind::kLseek, file);
    program.open(Path::kDirectory, 0);
    program.open(Path::kDirectory, flag::kWriteOnly);
    program.run(executor);
    program.run(executor);  // finds nothing of the first run

    CHECK(program.result(0) == Result::of_descriptor(0));
    CHECK(program.result(1) == Result::of_error(error::kENXIO));
    CHECK(program.result(2) == Result::of_descriptor(1));
    CHECK(program.result(4) == Result::of_value(3));  // less than a number
    CHECK(program.result(6) == Result::of_value(0));
    CHECK(program.result(7) == Result::of_value(5));
    CHECK(program.result(8) == Result::of_value(5));
    CHECK(program.result(9) == Result::of_descriptor(3));
    CHECK(program.result(10) == Result::of_error(error::kEISDIR));
}

TEST_CASE("devices can be opened, read and written", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle null = program.open(Path::kDevNull, flag::kReadWrite);
    const Handle zero = program.open(Path::kDevZero, flag::kReadWrite);
    const Handle full = program.open(Path::kDevFull, flag::kReadWrite);
    const Handle random = program.open(Path::kDevUrandom, 0);
    program.read(null, 4);
    program.read(zero, 4);
    program.write(full, 4);
    program.read(random, 4);
    program.add(Kind::kPread, zero);
    program.control(program.epoll(), kCtlAdd, null, event::kIn, 0);
    program.run(executor);

    CHECK(program.result(4) == Result::of_value(0));
    CHECK(program.result(5) == Result::of_value(4));
    CHECK(program.result(6) == Result::of_error(error::kENOSPC));
    CHECK(program.result(7) == Result::of_value(4));
    CHECK(program.result(8) == Result::of_value(1));
    CHECK(program.result(10) == Result::of_error(error::kEPERM));
}

TEST_CASE("an epoll descriptor refuses what is for files", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle ep = program.epoll();
    program.read(ep, 8);
    program.write(ep, 8);
    for (const Kind kind :
         {Kind::kLseek, Kind::kPread, Kind::kMmap, Kind::kFsync, Kind::kFtruncate}) {
        program.add(kind, ep);
    }
    program.add(Kind::kIoctl, ep).flags = kRequestNonblock;
    program.add(Kind::kIoctl, ep).flags = kRequestAsync;
    const Handle memory = program.create(Kind::kMemfdCreate);
    program.add(Kind::kMmap, memory);
    program.add(Kind::kFtruncate, memory);
    program.add(Kind::kFsync, memory);
    program.run(executor);

    CHECK(program.result(1) == Result::of_error(error::kEINVAL));
    CHECK(program.result(2) == Result::of_error(error::kEINVAL));
    CHECK(program.result(3) == Result::of_value(0));
    CHECK(program.result(4) == Result::of_error(error::kESPIPE));
    CHECK(program.result(5) == Result::of_error(error::kENODEV));
    CHECK(program.result(6) == Result::of_error(error::kEINVAL));
    CHECK(program.result(7) == Result::of_error(error::kEINVAL));
    CHECK(program.result(8) == Result::of_value(0));
    CHECK(program.result(9) == Result::of_error(error::kENOTTY));
    for (int i = 10; i < 14; ++i) {
        CHECK(program.result(i).kind != ResultKind::kError);
    }
}

}  // namespace
}  // namespace epollcheck
