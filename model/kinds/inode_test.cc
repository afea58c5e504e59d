// Tests of files that epoll refuses, and of the calls on an epoll file that it does not support.

#include "model/kinds/inode.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr EventMask kAlwaysReady = kReadable | kWritable;

TEST_CASE("epoll refuses files without a poll method, poll finds them ready", "[inode]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    for (const Path path : {Path::kRegularFile, Path::kDirectory, Path::kDevNull, Path::kDevZero,
                            Path::kDevFull, Path::kDevUrandom}) {
        const Descriptor file = run.open(path, 0);
        CAPTURE(static_cast<int>(path));
        CHECK(run.add(ep, file, kIn, 1) == failure(error::kEPERM));
        CHECK(run.mask(file) == kAlwaysReady);
    }
    const Descriptor memory = run.create(OperationKind::kMemfdCreate);
    CHECK(run.add(ep, memory, kIn, 1) == failure(error::kEPERM));
}

TEST_CASE("every tier refuses a regular file and a directory", "[inode]") {
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Descriptor ep = run.epoll();
        for (const Path path : {Path::kRegularFile, Path::kDirectory}) {
            const Operation add = call::add(ep, run.open(path, 0), kIn, 1);
            CHECK(run.allows(add, failure(error::kEPERM)));
            CHECK_FALSE(run.allows(add, done()));
        }
    }
}

TEST_CASE("transfers of plain files", "[inode]") {
    ModelRun run;
    const Descriptor file = run.open(Path::kRegularFile, flag::kReadWrite);
    CHECK(run.write(file, 10) == number(10));
    CHECK(run.read(file, 10) == number(0));
    CHECK(run.read(run.open(Path::kRegularFile, 0), 100) == number(10));
    CHECK(run.read(run.open(Path::kDirectory, 0), 1) == failure(error::kEISDIR));
    CHECK(run.read(run.open(Path::kDevNull, 0), 1) == number(0));
    CHECK(run.read(run.open(Path::kDevZero, 0), 7) == number(7));
    CHECK(run.write(run.open(Path::kDevFull, flag::kWriteOnly), 1) == failure(error::kENOSPC));
    const Descriptor path_only = run.open(Path::kRegularFile, flag::kPath);
    CHECK(run.read(path_only, 1) == failure(error::kEBADF));
    CHECK(run.mask(path_only) == kNval);
}

TEST_CASE("a device may stop at the end of a page, because a signal is pending", "[inode]") {
    constexpr std::uint32_t kPage = 4096;
    for (const OperationKind kind : {OperationKind::kRead, OperationKind::kWrite}) {
        ModelRun run;
        Operation transfer;
        transfer.kind = kind;
        transfer.fd = run.open(Path::kDevUrandom, flag::kReadWrite);
        transfer.length = 4 * kPage;
        CHECK(run.allows(transfer, number(4 * kPage)));
        CHECK(run.allows(transfer, number(kPage)));
        CHECK_FALSE(run.allows(transfer, number(0)));
        CHECK_FALSE(run.allows(transfer, number(kPage + 1)));
        CHECK_FALSE(run.allows(transfer, number(5 * kPage)));
    }
}

TEST_CASE("calls that an epoll file does not support", "[inode]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    CHECK(run.read(ep, 1) == failure(error::kEINVAL));
    CHECK(run.write(ep, 1) == failure(error::kEINVAL));
    CHECK(run.run(call::on(OperationKind::kLseek, ep)) == done());
    CHECK(run.run(call::on(OperationKind::kPread, ep)) == failure(error::kESPIPE));
    CHECK(run.run(call::on(OperationKind::kMmap, ep)) == failure(error::kENODEV));
    CHECK(run.run(call::on(OperationKind::kFsync, ep)) == failure(error::kEINVAL));
    CHECK(run.run(call::on(OperationKind::kFtruncate, ep)) == failure(error::kEINVAL));
}

TEST_CASE("the error of an unknown ioctl changed with V-41", "[inode]") {
    for (const char* profile : {"linux-6.6", "linux-6.12"}) {
        ModelRun run(Tier::kExact, profile);
        Operation request = call::on(OperationKind::kIoctl, run.epoll());
        request.flags = 0x1234;
        const bool old = std::string_view(profile) == "linux-6.6";
        CHECK(run.run(request) == failure(old ? error::kENOTTY : error::kEINVAL));
        request.flags = kRequestAsync;
        CHECK(run.run(request) == failure(error::kENOTTY));
        request.flags = kRequestNonblock;
        CHECK(run.run(request) == done());
    }
}

TEST_CASE("tier linux takes either error of an unknown ioctl", "[inode]") {
    ModelRun run(Tier::kLinux);
    Operation request = call::on(OperationKind::kIoctl, run.epoll());
    request.flags = 0x1234;
    CHECK(run.allows(request, failure(error::kENOTTY)));
    CHECK(run.allows(request, failure(error::kEINVAL)));
    CHECK_FALSE(run.allows(request, done()));
}

}  // namespace
}  // namespace epollcheck
