// Tests of wake-ups: in which order a wake-up calls the items of a file, which items its key
// reaches, and what a wake-up does to those who watch the instance.

#include "model/eventpoll/wake.h"

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;
using Data = std::vector<std::uint64_t>;

TEST_CASE("one wake-up calls the items of a file in reverse order of ADD", "[wake]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(ep, e, kIn, 1);
    run.add(ep, run.dup(e), kIn, 2);
    run.add(ep, run.dup(e), kIn, 3);
    run.signal(e);
    CHECK(run.order(ep) == Data{3, 2, 1});
}

TEST_CASE("EXCLUSIVE items are called after all others, in order of ADD", "[wake]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(ep, e, kIn | kExclusive, 1);
    run.add(ep, run.dup(e), kIn, 2);
    run.add(ep, run.dup(e), kIn | kExclusive, 3);
    run.add(ep, run.dup(e), kIn, 4);
    run.signal(e);
    CHECK(run.order(ep) == Data{4, 2, 1, 3});
}

TEST_CASE("DEL and ADD move an item to the front of the wait queue, MOD does not", "[wake]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    const Descriptor second = run.dup(e);
    const Descriptor third = run.dup(e);
    run.add(ep, e, kIn | kEdge, 1);
    run.add(ep, second, kIn | kEdge, 2);
    run.add(ep, third, kIn | kEdge, 3);
    run.del(ep, e);
    run.add(ep, e, kIn | kEdge, 1);
    run.mod(ep, second, kIn | kEdge, 2);
    run.signal(e);
    CHECK(run.order(ep) == Data{1, 3, 2});
}

TEST_CASE("an item in the middle of a wait queue can be taken out of it", "[wake]") {
    for (int removed = 0; removed < 3; ++removed) {
        ModelRun run;
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(0);
        const Descriptor watched[] = {e, run.dup(e), run.dup(e)};
        for (std::uint64_t i = 0; i < 3; ++i) {
            run.add(ep, watched[i], kIn, i);
        }
        run.del(ep, watched[removed]);
        run.signal(e);
        Data expected{2, 1, 0};
        expected.erase(expected.begin() + (2 - removed));
        CAPTURE(removed);
        CHECK(run.order(ep) == expected);
    }
}

TEST_CASE("a key that does not match the interest queues nothing", "[wake]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(ep, e, kOut | kEdge, 1);
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
    run.signal(e);  // key IN
    CHECK(run.wait(ep) == nothing());
    run.take(e);  // key OUT
    CHECK(run.wait(ep) == reported({{kOut, 1}}));
}

TEST_CASE("a key without bits reaches every armed item", "[wake]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.add(ep, a, kRdhup | kEdge, 1);
    run.run(call::shutdown(b, kShutWrite));
    CHECK(run.wait(ep) == reported({{kRdhup, 1}}));
    run.run(call::shutdown(b, kShutWrite));
    CHECK(run.wait(ep) == reported({{kRdhup, 1}}));
}

TEST_CASE("a disabled item is not queued by any wake-up", "[wake]") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const auto [a, b] = run.socket_pair(flag::kStream);
    run.add(ep, a, kIn | kOneshot, 1);
    run.write(b, 1);
    CHECK(run.wait(ep) == reported({{kIn, 1}}));
    run.write(b, 1);
    run.close(b);
    CHECK(run.wait(ep) == nothing());
    CHECK(run.sure_world().items[0].queued == Queued::kNo);
}

TEST_CASE("a wake-up of an inner item queues the outer item", "[wake]") {
    ModelRun run;
    const Descriptor outer = run.epoll();
    const Descriptor inner = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(inner, e, kIn, 1);
    run.add(outer, inner, kIn | kEdge, 2);
    CHECK(run.wait(outer) == nothing());
    run.signal(e);
    CHECK(run.wait(outer) == reported({{kIn, 2}}));
    CHECK(run.wait(outer) == nothing());
    run.signal(e);  // the inner item is queued already; the outer one hears it all the same
    CHECK(run.wait(outer) == reported({{kIn, 2}}));
}

TEST_CASE("a nested wake-up has the key IN and nothing else", "[wake]") {
    ModelRun run;
    const Descriptor outer = run.epoll();
    const Descriptor inner = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(inner, e, kIn, 1);
    run.add(outer, inner, kRdnorm, 2);
    run.signal(e);
    CHECK(run.wait(outer) == nothing());
    run.mod(outer, inner, kRdnorm, 2);
    CHECK(run.wait(outer) == reported({{kRdnorm, 2}}));
}

TEST_CASE("DEL and harvests of an inner instance are no wake-ups", "[wake]") {
    ModelRun run;
    const Descriptor outer = run.epoll();
    const Descriptor inner = run.epoll();
    const Descriptor e = run.eventfd(0);
    const Descriptor other = run.eventfd(1);
    run.add(inner, e, kIn, 1);
    run.add(inner, other, kIn, 3);
    run.add(outer, inner, kIn | kEdge, 2);
    CHECK(run.wait(outer) == reported({{kIn, 2}}));
    CHECK(run.order(inner) == Data{3});
    CHECK(run.wait(outer) == nothing());
    run.del(inner, e);
    CHECK(run.wait(outer) == nothing());
    run.add(inner, e, kOut, 1);  // ready when it is added
    CHECK(run.wait(outer) == reported({{kIn, 2}}));
}

TEST_CASE("without blocked threads every EXCLUSIVE instance gets the event", "[wake]") {
    ModelRun run;
    const Descriptor first = run.epoll();
    const Descriptor second = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(first, e, kIn | kExclusive, 1);
    run.add(second, e, kIn | kExclusive, 2);
    run.signal(e);
    CHECK(run.wait(first) == reported({{kIn, 1}}));
    CHECK(run.wait(second) == reported({{kIn, 2}}));
}

TEST_CASE("tier contract wants one of two EXCLUSIVE instances to get an event", "[wake]") {
    ModelRun run(Tier::kContract);
    const Descriptor first = run.epoll();
    const Descriptor second = run.epoll();
    const Descriptor e = run.eventfd(0);
    run.add(first, e, kIn | kEdge | kExclusive, 1);
    run.add(second, e, kIn | kEdge | kExclusive, 2);
    run.signal(e);
    CHECK(run.allows(call::wait(first), nothing()));
    CHECK(run.allows(call::wait(second), nothing()));
    CHECK(run.allows(call::wait(first), reported({{kIn, 1}})));
    CHECK_FALSE(run.allows(call::wait(first), reported({{kIn, 2}})));
}

}  // namespace
}  // namespace epollcheck
