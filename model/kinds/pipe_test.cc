// Tests of pipes: capacity in slots, merging, packets, resizing, and the wake-ups of each transfer
// and close. FIFOs have a file of their own.

#include "model/kinds/pipe.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr std::uint32_t kPage = 4096;
constexpr std::uint32_t kCapacity = 16 * kPage;
constexpr EventMask kAll = kReadable | kWritable | kRdhup | kPri;

/// A pipe of which both ends are watched for all edges, the reports of ADD taken.
struct WatchedPipe {
    explicit WatchedPipe(ModelRun& run, std::uint32_t flags = flag::kNonblock) : ep(run.epoll()) {
        std::tie(r, w) = run.pipe(flags);
        run.add(ep, r, kAll | kEdge, 0);
        run.add(ep, w, kAll | kEdge, 1);
        REQUIRE(run.wait(ep) == reported({{kWritable, 1}}));
    }
    Descriptor ep;
    Descriptor r;
    Descriptor w;
};

TEST_CASE("the masks of the two ends of a pipe", "[pipe]") {
    ModelRun run;
    const auto [r, w] = run.pipe();
    CHECK(run.mask(r) == 0);
    CHECK(run.mask(w) == kWritable);
    CHECK(run.write(w, 1) == number(1));
    CHECK(run.mask(r) == kReadable);
    CHECK(run.write(w, kCapacity) == number(kCapacity - kPage));
    CHECK(run.mask(w) == 0);
    CHECK(run.write(w, 1) == failure(error::kEAGAIN));  // only the last slot is merged into
}

TEST_CASE("a close of the other side shows as HUP and ERR", "[pipe]") {
    ModelRun run;
    const auto [r, w] = run.pipe();
    run.write(w, 1);
    run.close(w);
    CHECK(run.mask(r) == (kReadable | kHup));
    CHECK(run.read(r, 10) == number(1));
    CHECK(run.mask(r) == kHup);
    CHECK(run.read(r, 10) == number(0));
    const auto [r2, w2] = run.pipe();
    run.close(r2);
    CHECK(run.mask(w2) == (kWritable | kErr));
    CHECK(run.write(w2, 1) == failure(error::kEPIPE));
}

TEST_CASE("small writes merge into the last slot", "[pipe]") {
    ModelRun run;
    const auto [r, w] = run.pipe();
    for (std::uint32_t i = 0; i < 100; ++i) {
        run.write(w, 1);
    }
    CHECK(run.sure_world().pipes[0].occupied == 1);
    run.write(w, kPage);  // a whole page never merges
    CHECK(run.sure_world().pipes[0].occupied == 2);
    run.write(w, kPage + 1);  // the last slot is full, so the odd byte has a slot of its own
    CHECK(run.sure_world().pipes[0].occupied == 4);
    CHECK(run.read(r, kCapacity) == number(100 + kPage + kPage + 1));
}

TEST_CASE("what was read of a slot does not make room in it", "[pipe]") {
    ModelRun run;
    const auto [r, w] = run.pipe();
    run.write(w, 4000);
    run.read(r, 3000);
    run.write(w, 96);
    CHECK(run.sure_world().pipes[0].occupied == 1);
    run.write(w, 1);
    CHECK(run.sure_world().pipes[0].occupied == 2);
}

TEST_CASE("a slot is free only when it was read completely", "[pipe]") {
    ModelRun run;
    const WatchedPipe p(run);
    run.write(p.w, kCapacity);
    run.wait(p.ep);
    CHECK(run.read(p.r, 1) == number(1));
    CHECK(run.mask(p.w) == 0);
    CHECK(run.write(p.w, 1) == failure(error::kEAGAIN));
    run.wait(p.ep);
    CHECK(run.read(p.r, kPage - 1) == number(kPage - 1));
    CHECK(run.mask(p.w) == kWritable);
    CHECK(run.wait(p.ep) == reported({{kWritable, 1}}));
    CHECK(run.read(p.r, kPage) == number(kPage));  // it was not full any more
    CHECK(run.wait(p.ep) == nothing());
}

TEST_CASE("a packet has a slot of its own and is read as a whole", "[pipe]") {
    ModelRun run;
    const WatchedPipe p(run, flag::kNonblock | flag::kDirect);
    for (int i = 0; i < 16; ++i) {
        CHECK(run.write(p.w, 2) == number(2));
    }
    CHECK(run.mask(p.w) == 0);
    CHECK(run.write(p.w, 2) == failure(error::kEAGAIN));
    run.wait(p.ep);
    CHECK(run.read(p.r, 1) == number(1));  // the other byte is discarded
    CHECK(run.wait(p.ep) == reported({{kWritable, 1}}));
    CHECK(run.read(p.r, 100) == number(2));  // never more than one packet
}

TEST_CASE("every write wakes the readers, unread data or not", "[pipe]") {
    ModelRun run;
    const WatchedPipe p(run);
    const Answer news = reported({{kReadable, 0}});
    run.write(p.w, 1);
    CHECK(run.wait(p.ep) == news);
    run.write(p.w, 1);
    CHECK(run.wait(p.ep) == news);
    CHECK(run.write(p.w, 0) == done());
    CHECK(run.wait(p.ep) == nothing());
    CHECK(run.read(p.r, 1) == number(1));
    CHECK(run.wait(p.ep) == nothing());
}

TEST_CASE("writes that fail wake the readers, too", "[pipe]") {
    ModelRun run;
    const WatchedPipe p(run);
    run.write(p.w, kCapacity);
    run.wait(p.ep);
    CHECK(run.write(p.w, 1) == failure(error::kEAGAIN));
    CHECK(run.wait(p.ep) == reported({{kReadable, 0}}));
    Operation bad = call::write(p.w, 1);
    bad.pointer = Pointer::kBad;
    CHECK(run.run(bad) == failure(error::kEAGAIN));  // there is no slot to copy to
    run.read(p.r, kPage);
    run.wait(p.ep);
    CHECK(run.run(bad) == failure(error::kEFAULT));
    CHECK(run.wait(p.ep) == reported({{kReadable, 0}}));
}

TEST_CASE("before V-31 only a write to an empty pipe wakes the readers", "[pipe]") {
    ModelRun run(Tier::kExact, "linux-5.10");
    const WatchedPipe p(run);
    run.write(p.w, 1);
    CHECK(run.wait(p.ep) == reported({{kReadable, 0}}));
    run.write(p.w, 1);
    CHECK(run.wait(p.ep) == nothing());
    run.read(p.r, 2);
    run.write(p.w, 1);
    CHECK(run.wait(p.ep) == reported({{kReadable, 0}}));
}

TEST_CASE("a read of a full pipe that frees no slot wakes writers only before V-54", "[pipe]") {
    for (const char* profile : {"linux-6.12", "linux-6.18"}) {
        ModelRun run(Tier::kExact, profile);
        const Descriptor ep = run.epoll();
        const Descriptor both = run.open(Path::kFifo, flag::kReadWrite | flag::kNonblock);
        run.write(both, kCapacity);
        run.add(ep, both, kIn | kOut | kEdge, 1);
        CHECK(run.wait(ep) == reported({{kIn, 1}}));
        run.read(both, 1);
        const bool old = std::string_view(profile) == "linux-6.12";
        CAPTURE(profile);
        CHECK(run.wait(ep) == (old ? reported({{kIn, 1}}) : nothing()));
    }
}

TEST_CASE("only the last close of a side is news", "[pipe]") {
    ModelRun run;
    const WatchedPipe p(run);
    const Descriptor writer = run.dup(p.w);
    const Descriptor reader = run.dup(p.r);
    run.close(writer);
    run.close(reader);
    CHECK(run.wait(p.ep) == nothing());
    SECTION("of the writers") {
        run.write(p.w, 1);
        run.wait(p.ep);
        run.close(p.w);
        CHECK(run.wait(p.ep) == reported({{kReadable | kHup, 0}}));
    }
    SECTION("of the readers") {
        run.close(p.r);
        CHECK(run.wait(p.ep) == reported({{kWritable | kErr, 1}}));
        CHECK(run.write(p.w, 1) == failure(error::kEPIPE));
        CHECK(run.wait(p.ep) == nothing());
    }
}

TEST_CASE("the size of a pipe can be changed within limits", "[pipe]") {
    ModelRun run;
    const WatchedPipe p(run);
    const auto resize = [&](std::uint64_t size) {
        return run.run(call::fcntl(p.w, FcntlCommand::kSetPipeSize, size));
    };
    run.write(p.w, kCapacity);
    run.wait(p.ep);
    CHECK(resize(kCapacity / 2) == failure(error::kEBUSY));
    CHECK(run.wait(p.ep) == nothing());
    CHECK(resize(kCapacity + 1) == number(2 * kCapacity));  // rounded up to a power of two
    CHECK(run.wait(p.ep) == reported({{kWritable, 1}}));
    CHECK(run.run(call::fcntl(p.r, FcntlCommand::kGetPipeSize)) == number(2 * kCapacity));
    run.read(p.r, kCapacity);
    CHECK(resize(1) == number(kPage));
    CHECK(run.write(p.w, 2 * kPage) == number(kPage));
    CHECK(run.run(call::fcntl(p.ep, FcntlCommand::kGetPipeSize)) == failure(error::kEBADF));
}

TEST_CASE("a pipe beyond the limit of the machine needs a privilege", "[pipe]") {
    for (const bool privileged : {false, true}) {
        Calibration calibration = round_calibration();
        calibration.pipe_max_size = kCapacity;
        calibration.may_exceed_pipe_max = privileged;
        ModelRun run(Tier::kExact, "linux-6.18", calibration);
        const auto [r, w] = run.pipe();
        const Answer answer = run.run(call::fcntl(w, FcntlCommand::kSetPipeSize, 2 * kCapacity));
        CHECK(answer == (privileged ? number(2 * kCapacity) : failure(error::kEPERM)));
    }
}

TEST_CASE("a blocking pipe blocks when it is empty or full", "[pipe]") {
    ModelRun run;
    const auto [r, w] = run.pipe(0);
    CHECK(run.read(r, 1) == blocked());
    CHECK(run.read(r, 0) == done());
    CHECK(run.write(w, kCapacity) == number(kCapacity));
    CHECK(run.write(w, 1) == blocked());
}

TEST_CASE("each end of a pipe transfers one way only", "[pipe]") {
    ModelRun run;
    const auto [r, w] = run.pipe();
    CHECK(run.read(w, 1) == failure(error::kEBADF));
    CHECK(run.write(r, 1) == failure(error::kEBADF));
}

}  // namespace
}  // namespace epollcheck
