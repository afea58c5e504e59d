// What every tier must forbid, tier contract too: the core of what programs rely on. An answer here
// that becomes allowed makes the judge blind.

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

/// Expects `answer` to be forbidden at every tier, after `prepare` led the model to the place.
template <class Prepare>
void expect_forbidden(const Answer& answer, Prepare prepare) {
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Operation operation = prepare(run);
        CAPTURE(tier_name(tier), answer);
        CHECK_FALSE(run.allows(operation, answer));
    }
}

Operation ready_eventfd(ModelRun& run, EventMask mask) {
    const Descriptor ep = run.epoll();
    run.add(ep, run.eventfd(1), mask, 7);
    return call::wait(ep);
}

TEST_CASE("a level must not be missing", "[tiers]") {
    expect_forbidden(nothing(), [](ModelRun& run) { return ready_eventfd(run, kIn); });
    expect_forbidden(nothing(), [](ModelRun& run) {
        const Operation wait = ready_eventfd(run, kIn);
        run.run(wait);
        return wait;
    });
    expect_forbidden(reported({{kIn, 0}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        run.add(ep, run.eventfd(1), kIn, 0);
        run.add(ep, run.eventfd(1), kIn, 1);
        return call::wait(ep);
    });
}

TEST_CASE("a level must not be reported when it is over", "[tiers]") {
    expect_forbidden(reported({{kIn, 7}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn, 7);
        run.wait(ep);
        run.take(e);
        return call::wait(ep);
    });
}

TEST_CASE("an edge must not be lost", "[tiers]") {
    expect_forbidden(nothing(), [](ModelRun& run) { return ready_eventfd(run, kIn | kEdge); });
    expect_forbidden(nothing(), [](ModelRun& run) {  // ready, read, ready again
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn | kEdge, 7);
        run.wait(ep);
        run.take(e);
        run.signal(e);
        return call::wait(ep);
    });
    expect_forbidden(nothing(), [](ModelRun& run) {  // a pipe that was drained and filled again
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, kIn | kEdge, 7);
        run.write(w, 2);
        run.wait(ep);
        run.read(r, 2);
        run.wait(ep);
        run.write(w, 1);
        return call::wait(ep);
    });
    expect_forbidden(nothing(), [](ModelRun& run) {  // the end of a stream
        const Descriptor ep = run.epoll();
        const auto [a, b] = run.socket_pair(flag::kStream);
        run.add(ep, a, kIn | kRdhup | kEdge, 7);
        run.wait(ep);
        run.close(b);
        return call::wait(ep);
    });
}

TEST_CASE("an edge must not come without any activity", "[tiers]") {
    expect_forbidden(reported({{kIn, 7}}), [](ModelRun& run) {
        const Operation wait = ready_eventfd(run, kIn | kEdge);
        run.run(wait);
        return wait;
    });
    expect_forbidden(reported({{kIn, 7}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        const Descriptor other = run.eventfd(0);
        run.add(ep, e, kIn | kEdge, 7);
        run.add(ep, other, kIn | kEdge, 8);
        run.wait(ep);
        run.signal(other);
        run.wait(ep);
        return call::wait(ep);
    });
}

TEST_CASE("an item must not be reported after DEL or close", "[tiers]") {
    for (const bool close : {false, true}) {
        expect_forbidden(reported({{kIn, 7}}), [&](ModelRun& run) {
            const Descriptor ep = run.epoll();
            const Descriptor e = run.eventfd(1);
            run.add(ep, e, kIn, 7);
            close ? run.close(e) : run.del(ep, e);
            return call::wait(ep);
        });
    }
}

TEST_CASE("a refused ADD must not be reported", "[tiers]") {
    expect_forbidden(reported({{kIn | kOut, 8}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn, 7);
        run.add(ep, e, kIn | kOut, 8);
        return call::wait(ep);
    });
}

TEST_CASE("a ONESHOT item must not be reported twice", "[tiers]") {
    expect_forbidden(reported({{kIn, 7}}), [](ModelRun& run) {
        const Operation wait = ready_eventfd(run, kIn | kOneshot);
        run.run(wait);
        return wait;
    });
    expect_forbidden(reported({{kIn | kHup, 7}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, kIn | kOneshot, 7);
        run.write(w, 1);
        run.wait(ep);
        run.close(w);  // ERR and HUP are off, too
        return call::wait(ep);
    });
    expect_forbidden(nothing(), [](ModelRun& run) {  // and MOD must arm it again
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn | kOneshot, 7);
        run.wait(ep);
        run.mod(ep, e, kIn | kOneshot, 7);
        return call::wait(ep);
    });
}

TEST_CASE("data and masks must be the right ones", "[tiers]") {
    const auto ready = [](ModelRun& run) { return ready_eventfd(run, kIn); };
    expect_forbidden(reported({{kIn, 8}}), ready);
    expect_forbidden(reported({{kOut, 7}}), ready);
    expect_forbidden(reported({{kIn | kOut, 7}}), ready);  // OUT was not asked for
    expect_forbidden(reported({{kIn | kEdge, 7}}), ready);
    expect_forbidden(reported({{0, 7}}), ready);
    expect_forbidden(reported({{kIn, 7}, {kIn, 7}}), ready);
    expect_forbidden(reported({{kIn, 7}}), [](ModelRun& run) {  // the data of MOD
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn, 7);
        run.mod(ep, e, kIn, 8);
        return call::wait(ep);
    });
}

TEST_CASE("ERR and HUP must be reported though nobody asked for them", "[tiers]") {
    const auto hung_up = [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, 0, 7);
        run.close(w);
        return call::wait(ep);
    };
    expect_forbidden(nothing(), hung_up);
    expect_forbidden(reported({{kIn, 7}}), hung_up);
}

TEST_CASE("who waited through a cut batch must come before who was served", "[tiers]") {
    const auto served_first = [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        for (std::uint64_t i = 0; i < 3; ++i) {
            run.add(ep, run.eventfd(1), kIn, i);
        }
        run.wait(ep, 1);
        return call::wait(ep, 1);
    };
    expect_forbidden(reported({{kIn, 0}}), served_first);
    ModelRun run(Tier::kContract);
    const Operation wait = served_first(run);
    CHECK(run.allows(wait, reported({{kIn, 1}})));
    CHECK(run.allows(wait, reported({{kIn, 2}})));
    CHECK(run.observe(wait, reported({{kIn, 2}})) == StepVerdict::kAllowed);
    CHECK(run.allows(wait, reported({{kIn, 1}})));
    CHECK_FALSE(run.allows(wait, reported({{kIn, 2}})));
    CHECK_FALSE(run.allows(wait, reported({{kIn, 0}})));
}

TEST_CASE("more events than asked for must not be returned", "[tiers]") {
    expect_forbidden(reported({{kIn, 0}, {kIn, 1}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        run.add(ep, run.eventfd(1), kIn, 0);
        run.add(ep, run.eventfd(1), kIn, 1);
        return call::wait(ep, 1);
    });
}

TEST_CASE("a call with something to report must not block or fail", "[tiers]") {
    const auto for_ever = [](ModelRun& run) {
        Operation wait = ready_eventfd(run, kIn);
        wait.timeout_ms = -1;
        return wait;
    };
    expect_forbidden(blocked(), for_ever);
    expect_forbidden(failure(error::kEINTR), for_ever);
}

TEST_CASE("wrong arguments must not be accepted", "[tiers]") {
    expect_forbidden(done(), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn, 1);
        return call::add(ep, e, kIn, 1);
    });
    expect_forbidden(done(), [](ModelRun& run) { return call::del(run.epoll(), run.eventfd(1)); });
    expect_forbidden(nothing(), [](ModelRun& run) { return call::wait(run.epoll(), 0); });
    expect_forbidden(nothing(), [](ModelRun& run) { return call::wait(run.eventfd(0)); });
}

TEST_CASE("descriptor numbers must be the lowest free ones", "[tiers]") {
    expect_forbidden(descriptor(1), [](ModelRun& run) {
        run.close(run.epoll());
        return call::on(OperationKind::kEpollCreate1, {});
    });
}

TEST_CASE("an outer instance must see what an inner one has", "[tiers]") {
    const auto nested = [](EventMask mask) {
        return [mask](ModelRun& run) {
            const Descriptor outer = run.epoll();
            const Descriptor inner = run.epoll();
            const Descriptor e = run.eventfd(0);
            run.add(inner, e, kIn, 1);
            run.add(outer, inner, mask, 2);
            run.signal(e);
            return call::wait(outer);
        };
    };
    expect_forbidden(nothing(), nested(kIn));
    expect_forbidden(nothing(), nested(kIn | kEdge));
    expect_forbidden(reported({{kIn, 2}}), [](ModelRun& run) {
        const Descriptor outer = run.epoll();
        const Descriptor inner = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(inner, e, kIn, 1);
        run.add(outer, inner, kIn, 2);
        run.take(e);
        return call::wait(outer);
    });
}

}  // namespace
}  // namespace epollcheck
