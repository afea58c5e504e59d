// What tier contract must allow although Linux never does it (or this Linux does not): everything
// that the manual pages leave open. Each test shows that tier exact forbids the same.

#include "model/judgement/model_test_support.h"

namespace epollcheck {
namespace {

using namespace event;

/// Expects `answer` to be allowed at the tiers up to `strictest` and forbidden at stricter ones,
/// after `prepare` led the model to the place and gave the operation.
template <class Prepare>
void expect_allowed_up_to(Tier strictest, const Answer& answer, Prepare prepare) {
    for (const Tier tier : {Tier::kContract, Tier::kLinux, Tier::kExact}) {
        ModelRun run(tier);
        const Operation operation = prepare(run);
        CAPTURE(tier_name(tier), answer);
        CHECK(run.allows(operation, answer) == (tier <= strictest));
    }
}

TEST_CASE("contract allows any order of a batch", "[tiers]") {
    expect_allowed_up_to(Tier::kContract, reported({{kIn, 1}, {kIn, 0}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        run.add(ep, run.eventfd(1), kIn, 0);
        run.add(ep, run.eventfd(1), kIn, 1);
        return call::wait(ep);
    });
}

TEST_CASE("linux leaves the order of items open that one wake-up queued", "[tiers]") {
    expect_allowed_up_to(Tier::kLinux, reported({{kIn, 0}, {kIn, 1}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(0);
        run.add(ep, e, kIn, 0);
        run.add(ep, run.dup(e), kIn, 1);
        run.signal(e);
        return call::wait(ep);
    });
}

TEST_CASE("contract allows any of the ready items when not all fit", "[tiers]") {
    expect_allowed_up_to(Tier::kContract, reported({{kIn, 2}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        for (std::uint64_t i = 0; i < 3; ++i) {
            run.add(ep, run.eventfd(1), kIn, i);
        }
        return call::wait(ep, 1);
    });
}

TEST_CASE("more input on an unread pipe may be no news for an edge", "[tiers]") {
    const auto second_write = [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, kIn | kEdge, 1);
        run.write(w, 1);
        run.wait(ep);
        run.write(w, 1);
        return call::wait(ep);
    };
    expect_allowed_up_to(Tier::kExact, reported({{kIn, 1}}), second_write);
    expect_allowed_up_to(Tier::kLinux, nothing(), second_write);
}

TEST_CASE("contract allows an edge without a change of readiness to be missing", "[tiers]") {
    const auto second_write = [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(0);
        run.add(ep, e, kIn | kEdge, 1);
        run.signal(e);
        run.wait(ep);
        run.signal(e);
        return call::wait(ep);
    };
    expect_allowed_up_to(Tier::kExact, reported({{kIn, 1}}), second_write);
    expect_allowed_up_to(Tier::kContract, nothing(), second_write);
}

TEST_CASE("an edge may come again where this Linux is silent", "[tiers]") {
    expect_allowed_up_to(Tier::kLinux, reported({{kIn, 1}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, kIn | kOut | kEdge, 1);
        run.write(w, 8192);
        run.wait(ep);
        run.read(r, 4096);  // up to 5.4 this woke both ends, with the key OUT (R-D9)
        return call::wait(ep);
    });
}

TEST_CASE("contract allows MOD to stay silent about what was reported and did not change",
          "[tiers]") {
    const auto same_again = [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(ep, e, kIn | kEdge, 1);
        run.wait(ep);
        run.mod(ep, e, kIn | kEdge, 1);
        return call::wait(ep);
    };
    expect_allowed_up_to(Tier::kExact, reported({{kIn, 1}}), same_again);
    expect_allowed_up_to(Tier::kContract, nothing(), same_again);
}

TEST_CASE("contract allows the error of any check that fails", "[tiers]") {
    expect_allowed_up_to(Tier::kContract, failure(error::kEINVAL), [](ModelRun& run) {
        const Descriptor e = run.eventfd(0);
        return call::add(e, run.open(Path::kRegularFile, 0), kIn, 1);  // EPERM comes first
    });
}

TEST_CASE("contract allows the NORM bits to be missing", "[tiers]") {
    expect_allowed_up_to(Tier::kContract, reported({{kIn, 1}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.add(ep, r, kIn | kRdnorm, 1);
        run.write(w, 1);
        return call::wait(ep);
    });
    expect_allowed_up_to(Tier::kContract, reported({{kOut, 1}}), [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [a, b] = run.socket_pair(flag::kStream);
        run.add(ep, a, kOut | kWrnorm | kWrband, 1);
        return call::wait(ep);
    });
}

TEST_CASE("contract leaves open when a pipe between empty and full is writable", "[tiers]") {
    const auto partly_filled = [](ModelRun& run) {
        const Descriptor ep = run.epoll();
        const auto [r, w] = run.pipe();
        run.write(w, 4096);
        run.add(ep, w, kOut, 1);
        return call::wait(ep);
    };
    expect_allowed_up_to(Tier::kExact, reported({{kOut, 1}}), partly_filled);
    expect_allowed_up_to(Tier::kContract, nothing(), partly_filled);
}

TEST_CASE("contract leaves open from when on a drained socket is writable", "[tiers]") {
    const auto prepared = [](ModelRun& run, int reads) {
        const Descriptor ep = run.epoll();
        const auto [a, b] = run.socket_pair(flag::kStream);
        for (int i = 0; i < 40; ++i) {
            run.write(a, 1);
        }
        REQUIRE(run.write(a, 1) == failure(error::kEAGAIN));
        for (int i = 0; i < reads; ++i) {
            run.read(b, 1);
        }
        run.add(ep, a, kOut, 1);
        return call::wait(ep);
    };
    // Linux is writable again once three quarters are free: after 31 of 40 reads.
    expect_allowed_up_to(Tier::kContract, reported({{kOut, 1}}),
                         [&](ModelRun& run) { return prepared(run, 1); });
    expect_allowed_up_to(Tier::kContract, nothing(),
                         [&](ModelRun& run) { return prepared(run, 35); });
    expect_allowed_up_to(Tier::kExact, nothing(), [&](ModelRun& run) { return prepared(run, 0); });
    expect_allowed_up_to(Tier::kExact, reported({{kOut, 1}}),
                         [&](ModelRun& run) { return prepared(run, 40); });
}

TEST_CASE("contract takes a pipe and a socket with other capacities as it finds them", "[tiers]") {
    ModelRun run(Tier::kContract);
    const auto [r, w] = run.pipe();
    CHECK(run.observe(call::write(w, 65536), number(512)) == StepVerdict::kAllowed);
    CHECK(run.allows(call::write(w, 1), failure(error::kEAGAIN)));
    CHECK(run.allows(call::write(w, 1), number(1)));
    CHECK_FALSE(run.allows(call::write(w, 1), number(2)));
    CHECK(run.allows(call::read(r, 65536), number(512)));
    CHECK_FALSE(run.allows(call::read(r, 65536), number(513)));
    const auto [a, b] = run.socket_pair(flag::kStream);
    CHECK(run.allows(call::write(a, 1000), number(100)));
    CHECK_FALSE(run.allows(call::write(a, 1000), number(1001)));
    CHECK_FALSE(run.allows(call::write(a, 1000), failure(error::kEAGAIN)));  // it is empty
}

TEST_CASE("contract leaves nested edges open", "[tiers]") {
    const auto inner_again = [](ModelRun& run) {
        const Descriptor outer = run.epoll();
        const Descriptor inner = run.epoll();
        const Descriptor e = run.eventfd(1);
        run.add(inner, e, kIn, 1);
        run.add(outer, inner, kIn | kEdge, 2);
        run.wait(outer);
        run.signal(e);
        return call::wait(outer);
    };
    expect_allowed_up_to(Tier::kExact, reported({{kIn, 2}}), inner_again);
    expect_allowed_up_to(Tier::kLinux, nothing(), inner_again);
}

}  // namespace
}  // namespace epollcheck
