// Tests of inotify: the queue and its merging, what wakes, and the numbers of watches.

#include "model/kinds/inotify.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

Operation named(OperationKind kind, Path path) {
    Operation operation;
    operation.kind = kind;
    operation.number = static_cast<std::int32_t>(path);
    return operation;
}
Operation make(Path path) { return named(OperationKind::kMknod, path); }
Operation truncate(Path path) { return named(OperationKind::kTruncate, path); }
Operation unlink(Path path) { return named(OperationKind::kUnlink, path); }
Operation watch_directory(Descriptor i, std::uint32_t flags, Path path = Path::kDirectory) {
    Operation operation = named(OperationKind::kInotifyAddWatch, path);
    operation.fd = i;
    operation.flags = flags;
    return operation;
}
Operation unwatch(Descriptor i, std::int32_t number) {
    Operation operation = call::on(OperationKind::kInotifyRmWatch, i);
    operation.number = number;
    return operation;
}
Descriptor inotify(ModelRun& run) {
    return run.create(OperationKind::kInotifyInit1, flag::kNonblock);
}
constexpr std::uint32_t kAll = watch::kCreate | watch::kModify | watch::kDelete;

TEST_CASE("an inotify instance is readable while something is queued", "[inotify]") {
    ModelRun run;
    const Descriptor i = inotify(run);
    CHECK(run.mask(i) == 0);
    CHECK(run.run(watch_directory(i, kAll)) == number(1));
    CHECK(run.run(make(Path::kEntryA)) == done());
    CHECK(run.mask(i) == kReadable);
    CHECK(run.read(i, 31) == failure(error::kEINVAL));
    CHECK(run.read(i, 32) == number(32));
    CHECK(run.mask(i) == 0);
    CHECK(run.read(i, 32) == failure(error::kEAGAIN));
}

TEST_CASE("only the last event is merged with", "[inotify]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor i = inotify(run);
    run.run(watch_directory(i, kAll));
    run.run(make(Path::kEntryA));
    run.run(make(Path::kEntryB));
    run.add(ep, i, kIn | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.run(truncate(Path::kEntryA));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.run(truncate(Path::kEntryA));
    CHECK(run.wait(ep) == nothing());
    run.run(truncate(Path::kEntryB));
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    CHECK(run.read(i, 4096) == number(128));
}

TEST_CASE("a removed watch leaves its events and one more", "[inotify]") {
    ModelRun run;
    const Descriptor i = inotify(run);
    run.run(watch_directory(i, kAll));
    run.run(make(Path::kEntryA));
    CHECK(run.run(unwatch(i, 2)) == failure(error::kEINVAL));
    CHECK(run.run(unwatch(i, 1)) == done());
    run.run(unlink(Path::kEntryA));
    CHECK(run.read(i, 4096) == number(48));
    CHECK(run.run(watch_directory(i, kAll)) == number(2));
}

TEST_CASE("only what is asked for is queued", "[inotify]") {
    ModelRun run;
    const Descriptor i = inotify(run);
    run.run(watch_directory(i, watch::kDelete));
    run.run(make(Path::kEntryA));
    CHECK(run.mask(i) == 0);
    run.run(watch_directory(i, watch::kModify | watch::kMaskAdd));
    run.run(truncate(Path::kEntryA));
    run.run(unlink(Path::kEntryA));
    CHECK(run.read(i, 4096) == number(64));
    CHECK(run.run(truncate(Path::kEntryA)) == failure(error::kENOENT));
    CHECK(run.run(unlink(Path::kEntryA)) == failure(error::kENOENT));
}

TEST_CASE("a write of something to a watched file is an event", "[inotify]") {
    ModelRun run;
    const Descriptor i = inotify(run);
    const Descriptor f = run.open(Path::kRegularFile, flag::kWriteOnly);
    run.run(watch_directory(i, watch::kModify, Path::kRegularFile));
    run.write(f, 0);
    CHECK(run.mask(i) == 0);
    run.write(f, 10);
    CHECK(run.read(i, 16) == number(16));
}

TEST_CASE("which of two instances hears first is open", "[inotify]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor i = inotify(run);
    const Descriptor j = inotify(run);
    for (const Descriptor fd : {i, j}) {
        run.run(watch_directory(fd, kAll));
        run.add(ep, fd, kIn | kEdge, static_cast<std::uint64_t>(fd.handle));
    }
    run.run(make(Path::kEntryA));
    const auto first = static_cast<std::uint64_t>(i.handle);
    const auto second = static_cast<std::uint64_t>(j.handle);
    CHECK(run.allows(call::wait(ep), reported({{kIn, first}, {kIn, second}})));
    CHECK(run.allows(call::wait(ep), reported({{kIn, second}, {kIn, first}})));
    CHECK_FALSE(run.allows(call::wait(ep), reported({{kIn, second}})));
}

TEST_CASE("tiers below exact do not know the numbers of watches", "[inotify]") {
    ModelRun run(Tier::kLinux);
    const Descriptor i = inotify(run);
    CHECK(run.observe(watch_directory(i, kAll), number(5)) == StepVerdict::kAllowed);
    CHECK(run.allows(unwatch(i, 5), done()));
    CHECK_FALSE(run.allows(unwatch(i, 1), done()));
}

}  // namespace
}  // namespace epollcheck
