// Tests of the harvest and of the look that poll(2) takes: order of the ready list, round robin,
// edges, ONESHOT, and buffers that end early.

#include "model/eventpoll/harvest.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;
using Data = std::vector<std::uint64_t>;

/// An instance that watches `count` eventfds with data 0, 1, 2 ...
struct Watched {
    Watched(ModelRun& run, int count, EventMask mask, std::uint64_t initial) : ep(run.epoll()) {
        for (int i = 0; i < count; ++i) {
            fds.push_back(run.eventfd(initial));
            run.add(ep, fds.back(), mask, static_cast<std::uint64_t>(i));
        }
    }
    Descriptor ep;
    std::vector<Descriptor> fds;
};

TEST_CASE("items are reported in the order in which they were queued", "[harvest]") {
    ModelRun run;
    const Watched w(run, 6, kIn, 0);
    for (const int i : {3, 1, 5, 0, 3}) {
        run.signal(w.fds[static_cast<std::size_t>(i)]);
    }
    CHECK(run.order(w.ep, 2) == Data{3, 1});
    CHECK(run.order(w.ep, 2) == Data{5, 0});
    CHECK(run.order(w.ep, 2) == Data{3, 1});
    CHECK(run.order(w.ep, 3) == Data{5, 0, 3});
    CHECK(run.order(w.ep) == Data{1, 5, 0, 3});
    run.signal(w.fds[2]);
    CHECK(run.order(w.ep) == Data{1, 5, 0, 3, 2});
    run.take(w.fds[3]);
    CHECK(run.order(w.ep) == Data{1, 5, 0, 2});
    run.signal(w.fds[3]);
    CHECK(run.order(w.ep) == Data{1, 5, 0, 2, 3});
    run.mod(w.ep, w.fds[0], kIn, 100);  // a queued item keeps its place
    CHECK(run.order(w.ep) == Data{1, 5, 100, 2, 3});
}

TEST_CASE("more ready items than fit are reported in turn", "[harvest]") {
    ModelRun run;
    const Watched w(run, 3, kIn, 1);
    for (const std::uint64_t expected : {0U, 1U, 2U, 0U, 1U}) {
        CHECK(run.order(w.ep, 1) == Data{expected});
    }
    CHECK(run.decided_by(Rule::kC7));
}

TEST_CASE("what a harvest leaves behind comes before what it requeues", "[harvest]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    std::vector<Descriptor> fds;
    for (std::uint64_t i = 0; i < 4; ++i) {
        fds.push_back(run.eventfd(0));
        run.add(ep, fds.back(), i % 2 == 0 ? kIn : kIn | kEdge, i);
    }
    for (const Descriptor& fd : fds) {
        run.signal(fd);
    }
    CHECK(run.order(ep, 2) == Data{0, 1});
    run.signal(fds[1]);
    CHECK(run.order(ep) == Data{2, 3, 0, 1});
    CHECK(run.order(ep) == Data{2, 0});
}

TEST_CASE("an edge is reported once, and again after a further wake-up", "[harvest]") {
    ModelRun run;
    const Watched w(run, 3, kIn | kEdge, 1);
    CHECK(run.order(w.ep) == Data{0, 1, 2});
    CHECK(run.order(w.ep) == Data{});
    run.signal(w.fds[1]);
    CHECK(run.order(w.ep) == Data{1});
    CHECK(run.decided_by(Rule::kC15));
    run.mod(w.ep, w.fds[2], kIn | kEdge, 2);
    CHECK(run.order(w.ep) == Data{2});
    run.take(w.fds[1]);
    CHECK(run.order(w.ep) == Data{});
    run.mod(w.ep, w.fds[1], kIn | kEdge, 1);
    CHECK(run.order(w.ep) == Data{});
    run.signal(w.fds[0]);
    run.signal(w.fds[0]);
    CHECK(run.order(w.ep) == Data{0});
    run.signal(w.fds[0]);
    run.take(w.fds[0]);
    CHECK(run.order(w.ep) == Data{});
}

TEST_CASE("a level is reported for as long as it lasts", "[harvest]") {
    ModelRun run;
    const Watched w(run, 1, kIn, 1);
    CHECK(run.order(w.ep) == Data{0});
    CHECK(run.order(w.ep) == Data{0});
    run.take(w.fds[0]);
    CHECK(run.order(w.ep) == Data{});
    CHECK(run.decided_by(Rule::kC10));
}

TEST_CASE("ONESHOT disarms, MOD arms again and looks at the file", "[harvest]") {
    ModelRun run;
    const Watched w(run, 1, kIn | kOneshot | kEdge, 1);
    CHECK(run.order(w.ep) == Data{0});
    CHECK(run.sure_world().items[0].events == (kOneshot | kEdge));
    run.signal(w.fds[0]);
    CHECK(run.order(w.ep) == Data{});
    CHECK(run.add(w.ep, w.fds[0], kIn, 0) == failure(error::kEEXIST));
    run.mod(w.ep, w.fds[0], kIn | kOneshot, 2);
    CHECK(run.order(w.ep) == Data{2});
    run.mod(w.ep, w.fds[0], kOut | kOneshot, 3);
    CHECK(run.order(w.ep) == Data{3});
    CHECK(run.order(w.ep) == Data{});
    CHECK(run.del(w.ep, w.fds[0]) == done());
}

TEST_CASE("an event shows all requested bits that are set now, and no others", "[harvest]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.add(ep, a, kIn | kOut | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    run.write(b, 1);
    CHECK(run.wait(ep) == reported({{kIn | kOut, 1}}));
    run.mod(ep, a, kRdnorm | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kRdnorm, 1}}));
}

TEST_CASE("a buffer that ends early gets what fits; the rest stays at the head", "[harvest]") {
    ModelRun run;
    const Watched w(run, 3, kIn | kEdge, 1);
    const Operation one_fits = call::wait_into(w.ep, Pointer::kRoom, 1);
    CHECK(run.run(one_fits) == reported({{kIn, 0}}));
    CHECK(run.decided_by(Rule::kB28));
    CHECK(run.run(call::wait_into(w.ep, Pointer::kBad)) == failure(error::kEFAULT));
    CHECK(run.order(w.ep) == Data{1, 2});
    CHECK(run.run(call::wait_into(w.ep, Pointer::kBad)) == nothing());
}

TEST_CASE("a fault consumes neither ONESHOT nor an edge", "[harvest]") {
    ModelRun run;
    const Watched w(run, 1, kIn | kEdge | kOneshot, 1);
    CHECK(run.run(call::wait_into(w.ep, Pointer::kNull)) == failure(error::kEFAULT));
    CHECK(run.order(w.ep) == Data{0});
}

TEST_CASE("a faulting item goes back to the head, before requeued levels", "[harvest]") {
    ModelRun run;
    const Watched w(run, 4, kIn, 1);
    CHECK(run.run(call::wait_into(w.ep, Pointer::kRoom, 2)) == reported({{kIn, 0}, {kIn, 1}}));
    CHECK(run.order(w.ep) == Data{2, 3, 0, 1});
}

TEST_CASE("poll of an instance says IN and RDNORM if an item is deliverable", "[harvest]") {
    ModelRun run;
    const Watched w(run, 2, kIn | kEdge | kOneshot, 0);
    CHECK(run.mask(w.ep) == 0);
    run.signal(w.fds[0]);
    CHECK(run.mask(w.ep) == kReadable);
    CHECK(run.mask(w.ep) == kReadable);  // it consumes nothing
    CHECK(run.order(w.ep) == Data{0});
    CHECK(run.mask(w.ep) == 0);
}

TEST_CASE("poll drops unready items at the head, so that they queue behind others", "[harvest]") {
    ModelRun run;
    const Watched w(run, 2, kIn, 0);
    run.signal(w.fds[0]);
    run.take(w.fds[0]);
    run.signal(w.fds[1]);
    SECTION("without a poll the item keeps its place") {
        run.signal(w.fds[0]);
        CHECK(run.order(w.ep) == Data{0, 1});
    }
    SECTION("a poll drops it") {
        CHECK(run.mask(w.ep) == kReadable);
        CHECK(run.decided_by(Rule::kB31));
        run.signal(w.fds[0]);
        CHECK(run.order(w.ep) == Data{1, 0});
    }
}

TEST_CASE("an outer harvest drops inner items that are no longer ready", "[harvest]") {
    ModelRun run;
    const Watched inner(run, 1, kIn, 0);
    const Descriptor outer = run.epoll();
    run.add(outer, inner.ep, kIn, 9);
    run.signal(inner.fds[0]);
    run.take(inner.fds[0]);
    CHECK(run.wait(outer) == nothing());
    CHECK(run.sure_world().items[0].queued == Queued::kNo);
    run.signal(inner.fds[0]);
    CHECK(run.wait(outer) == reported({{kIn, 9}}));
    CHECK(run.wait(outer) == reported({{kIn, 9}}));  // the inner item is still deliverable
    CHECK(run.order(inner.ep) == Data{0});
}

}  // namespace
}  // namespace epollcheck
