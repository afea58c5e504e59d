// Tests of the explorer, of world keys and of the table of worlds.

#include "model/judgement/explorer.h"

#include <catch2/catch.hpp>

#include "model/judgement/model_test_support.h"

using namespace epollcheck;

namespace {

struct Setting {
    Profile profile = profile_named("linux-6.18").value();
    Calibration calibration = round_calibration();

    [[nodiscard]] Settings settings() const { return {Tier::kExact, &profile, &calibration}; }
};

void explore_all(Explorer& explorer) {
    while (explorer.expand()) {
    }
}

}  // namespace

TEST_CASE("explorer: a universe is explored to its end") {
    const Setting setting;
    const Universe universe = small_universe();
    Explorer explorer(universe, setting.settings(), {});
    explore_all(explorer);
    REQUIRE_FALSE(explorer.violation());
    CHECK(explorer.complete());
    CHECK(explorer.worlds().size() == 2);  // the eventfd is watched, or not
    CHECK(explorer.counts().transitions == 8);
    CHECK(explorer.counts().nesting_checked == 8);
    CHECK(explorer.counts().depth == 1);
    CHECK(explorer.worlds().path(1) == std::vector<OperationNumber>{0});
}

TEST_CASE("explorer: more operations, more worlds, and limits that hold") {
    const Setting setting;
    Universe universe = small_universe();
    universe.operations.push_back(call::write_number({1, -1}, 1));

    ExplorerLimits limits;
    limits.depth = 3;
    Explorer shallow(universe, setting.settings(), limits);
    explore_all(shallow);
    CHECK_FALSE(shallow.complete());
    CHECK(shallow.counts().depth == 3);

    limits = {};
    limits.worlds = 5;
    Explorer few(universe, setting.settings(), limits);
    explore_all(few);
    CHECK(few.worlds().size() == 5);
    CHECK(few.worlds().full());
    CHECK_FALSE(few.complete());
}

TEST_CASE("explorer: a broken world is found with the program that leads to it") {
    // A slot of a pipe counts its bytes in 16 bits: a page of 65536 bytes breaks the model.
    Setting setting;
    setting.calibration.page_size = 65536;
    Universe universe;
    universe.handles = {"r", "w"};
    Operation pipe;
    pipe.kind = OperationKind::kPipe2;
    pipe.flags = flag::kNonblock;
    pipe.bound[0] = 0;
    pipe.bound[1] = 1;
    universe.setup = {pipe};
    universe.operations = {call::read({0, -1}, 1), call::write({1, -1}, 65535),
                           call::write({1, -1}, 65536)};
    Explorer explorer(universe, setting.settings(), {});
    explore_all(explorer);
    REQUIRE(explorer.violation());
    CHECK(explorer.violation()->property == "pipe-slots-are-filled");
    CHECK(explorer.violation()->program == std::vector<OperationNumber>{2});
    CHECK_FALSE(explorer.complete());
}

TEST_CASE("explorer: all outcomes are taken where something else takes part") {
    const Setting setting;
    Universe universe = small_universe();
    Operation& spawn = universe.setup.back();
    spawn = Operation{};
    spawn.kind = OperationKind::kSpawn;
    spawn.bound[0] = 1;
    const Descriptor ep{0, -1};
    const Descriptor child{1, -1};
    universe.operations = {call::add(ep, child, event::kIn | event::kEdge, 1),
                           call::on(OperationKind::kKillChild, child),
                           call::poll(child, event::kIn), call::wait(ep)};
    Explorer explorer(universe, setting.settings(), {});
    explore_all(explorer);
    INFO((explorer.violation() ? explorer.violation()->property : ""));
    REQUIRE_FALSE(explorer.violation());
    CHECK(explorer.complete());
    CHECK(explorer.counts().given_up == 0);
    const std::uint64_t steps = explorer.worlds().size() * universe.operations.size();
    CHECK(explorer.counts().transitions > steps);
}

TEST_CASE("explorer: worlds that a key confuses are noticed") {
    // The universe does not say that it has a third handle, so the key does not look at it.
    const Setting setting;
    Universe universe = small_universe();
    Operation create = universe.setup.back();
    create.bound[0] = 2;
    universe.setup.push_back(create);
    create.flags = flag::kUnknown;  // fails, and leaves -1 in the handle
    universe.operations = {create, call::write_number({2, -1}, 1)};
    ExplorerLimits limits;
    limits.alike_every = 1;
    Explorer explorer(universe, setting.settings(), limits);
    explore_all(explorer);
    REQUIRE(explorer.violation());
    CHECK(explorer.violation()->property == "equal-keys-behave-alike");
}

TEST_CASE("nesting check: an answer that the tier forbids is noticed") {
    const Setting setting;
    const Universe universe = small_universe();
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        Settings settings = setting.settings();
        settings.tier = tier;
        NestingCheck check(settings);
        const Observation done{Result::of_descriptor(0, -1), {}};
        REQUIRE(check.extend(universe.setup[0], done) == NestingCheck::Verdict::kAllowed);
        const Observation second{Result::of_descriptor(1, -1), {}};
        REQUIRE(check.extend(universe.setup[1], second) == NestingCheck::Verdict::kAllowed);
        const Operation& wait = universe.operations.back();
        const Event event{event::kIn, 1};
        CHECK(check.ask(wait, {Result::of_events(0), {}}) == NestingCheck::Verdict::kAllowed);
        CHECK(check.ask(wait, {Result::of_events(1), {&event, 1}}) ==
              NestingCheck::Verdict::kForbidden);
        check.shorten(1);
        CHECK(check.length() == 1);
    }
}

TEST_CASE("world keys: histories that cannot be told apart have the same key") {
    const auto key_of = [](const ModelRun& run) { return world_key(run.sure_world(), 8); };
    ModelRun plain;
    const Descriptor ep = plain.epoll();
    const Descriptor e = plain.eventfd(0);
    const WorldKey before = key_of(plain);
    plain.add(ep, e, event::kIn, 1);
    const WorldKey watched = key_of(plain);
    CHECK_FALSE(before == watched);
    plain.signal(e);
    const WorldKey queued = key_of(plain);
    CHECK_FALSE(watched == queued);
    plain.take(e);
    CHECK_FALSE(key_of(plain) == watched);  // still queued: a look at the list can tell
    plain.wait(ep);
    CHECK(key_of(plain) == watched);  // with other ranks
    plain.del(ep, e);
    CHECK(key_of(plain) == before);
}

TEST_CASE("world keys: the order of a ready list matters, the records of items do not") {
    const auto order = [](bool first_then_second, bool churn) {
        ModelRun run;
        const Descriptor ep = run.epoll();
        const Descriptor e = run.eventfd(0);
        const Descriptor f = run.eventfd(0);
        if (churn) {  // item records are used in the other order
            run.add(ep, f, event::kIn, 2);
            run.add(ep, e, event::kIn, 1);
        } else {
            run.add(ep, e, event::kIn, 1);
            run.add(ep, f, event::kIn, 2);
        }
        run.signal(first_then_second ? e : f);
        run.signal(first_then_second ? f : e);
        return world_key(run.sure_world(), 8);
    };
    CHECK(order(true, false) == order(true, true));
    CHECK_FALSE(order(true, false) == order(false, false));
}

TEST_CASE("table of worlds: bounded, and paths can be read back") {
    WorldTable table(std::size_t{1} << 16, 1000);
    CHECK(table.bytes_reserved() <= (std::size_t{1} << 16));
    REQUIRE(table.add({{1, 2}}) == 0);
    REQUIRE(table.add({{3, 4}, 0, 7, 0, 1}) == 1);
    REQUIRE(table.add({{3, 5}, 1, 9, 0, 2}) == 2);
    CHECK(table.find({3, 5}) == 2);
    CHECK(table.find({3, 6}) == WorldTable::kNone);
    CHECK(table.path(2) == std::vector<OperationNumber>{7, 9});
    for (std::uint64_t i = 0; i < 997; ++i) {
        REQUIRE(table.add({{i * 0x9e3779b97f4a7c15U, i}, 0, 0, 0, 1}) != WorldTable::kNone);
    }
    CHECK(table.full());
    CHECK(table.add({{11, 12}, 0, 0, 0, 1}) == WorldTable::kNone);
    CHECK(table.find({0x9e3779b97f4a7c15U, 1}) != WorldTable::kNone);
}
