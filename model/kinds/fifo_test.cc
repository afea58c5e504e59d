// Tests of FIFOs: what opens and closes of either side do to readiness (pipe.h).

#include "model/judgement/model_test_support.h"
#include "model/kinds/pipe.h"

namespace epollcheck {
namespace {

using namespace event;

constexpr EventMask kAll = kReadable | kWritable | kRdhup;
constexpr std::uint32_t kWriter = flag::kWriteOnly | flag::kNonblock;

TEST_CASE("a FIFO without a writer hangs up only after it had one", "[fifo]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor r = run.open(Path::kFifo, flag::kNonblock);
    run.add(ep, r, kAll | kEdge, 1);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.mask(r) == 0);
    const Descriptor w = run.open(Path::kFifo, kWriter);
    CHECK(run.wait(ep) == nothing());
    run.close(w);
    CHECK(run.wait(ep) == reported({{kHup, 1}}));
    const Descriptor again = run.open(Path::kFifo, kWriter);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.mask(r) == 0);
    run.close(run.open(Path::kFifo, kWriter));
    CHECK(run.wait(ep) == nothing());
    run.close(again);
    CHECK(run.wait(ep) == reported({{kHup, 1}}));
}

TEST_CASE("a reader that comes after the writers left starts anew", "[fifo]") {
    ModelRun run;
    const Descriptor first = run.open(Path::kFifo, flag::kNonblock);
    run.close(run.open(Path::kFifo, kWriter));
    CHECK(run.mask(first) == kHup);
    const Descriptor second = run.open(Path::kFifo, flag::kNonblock);
    CHECK(run.mask(first) == kHup);
    CHECK(run.mask(second) == 0);
}

TEST_CASE("a FIFO opened for both never hangs up", "[fifo]") {
    ModelRun run;
    const Descriptor both = run.open(Path::kFifo, flag::kReadWrite | flag::kNonblock);
    CHECK(run.mask(both) == kWritable);
    run.write(both, 1);
    CHECK(run.mask(both) == (kReadable | kWritable));
    run.close(run.open(Path::kFifo, kWriter));
    CHECK(run.mask(both) == (kReadable | kWritable));
}

TEST_CASE("an item on both queues of a FIFO hears both", "[fifo]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor both = run.open(Path::kFifo, flag::kReadWrite | flag::kNonblock);
    run.add(ep, both, kIn | kOut | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    run.write(both, 16 * 4096);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.read(both, 4096);
    CHECK(run.wait(ep) == reported({{kIn | kOut, 1}}));
    run.del(ep, both);
    run.write(both, 1);
    CHECK(run.wait(ep) == nothing());
}

TEST_CASE("a writer needs a reader to open a FIFO", "[fifo]") {
    ModelRun run;
    Operation open;
    open.kind = OperationKind::kOpen;
    open.number = static_cast<std::int32_t>(Path::kFifo2);
    open.flags = kWriter;
    CHECK(run.run(open) == failure(error::kENXIO));
    run.open(Path::kFifo, flag::kNonblock);  // another FIFO
    CHECK(run.run(open) == failure(error::kENXIO));
    const Descriptor r = run.open(Path::kFifo2, flag::kNonblock);
    const Descriptor w = run.open(Path::kFifo2, kWriter);
    CHECK(run.write(w, 3) == number(3));
    CHECK(run.read(r, 10) == number(3));
}

TEST_CASE("a FIFO that everybody closed is empty when it is opened again", "[fifo]") {
    ModelRun run;
    const Descriptor both = run.open(Path::kFifo, flag::kReadWrite | flag::kNonblock);
    run.write(both, 100);
    run.close(both);
    CHECK(run.mask(run.open(Path::kFifo, flag::kReadWrite | flag::kNonblock)) == kWritable);
}

TEST_CASE("an open that would wait for the other side is not judged", "[fifo]") {
    const Profile profile = named_profiles().back();
    const Calibration calibration = round_calibration();
    for (const std::uint32_t flags : {std::uint32_t{0}, flag::kWriteOnly}) {
        BeliefSet belief({Tier::kExact, &profile, &calibration});
        Operation open;
        open.kind = OperationKind::kOpen;
        open.number = static_cast<std::int32_t>(Path::kFifo);
        open.flags = flags;
        CHECK(belief.step(open, blocked()) == StepVerdict::kInconclusive);
    }
}

}  // namespace
}  // namespace epollcheck
