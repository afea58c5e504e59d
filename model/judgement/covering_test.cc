// Tests of world classes and covering programs.

#include "model/judgement/covering.h"

#include <catch2/catch.hpp>
#include <set>

#include "model/judgement/model_test_support.h"
#include "model/judgement/world_class.h"

using namespace epollcheck;

TEST_CASE("world classes: counts do not matter, readiness and arming do") {
    ModelRun run;
    const auto current = [&] { return world_class(run.sure_world(), run.belief().settings()); };
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(0);
    const WorldKey unwatched = current();
    run.add(ep, e, event::kIn, 1);
    const WorldKey watched = current();
    CHECK_FALSE(unwatched == watched);
    run.signal(e);
    const WorldKey ready = current();
    CHECK_FALSE(watched == ready);
    run.signal(e);
    CHECK(current() == ready);
    run.mod(ep, e, event::kIn | event::kOneshot, 7);
    const WorldKey oneshot = current();
    CHECK_FALSE(oneshot == ready);
    run.wait(ep);
    CHECK_FALSE(current() == oneshot);
}

TEST_CASE("covering programs: every operation in every class, shortest first, always the same") {
    const Profile profile = profile_named("linux-6.18").value();
    const Calibration calibration = round_calibration();
    const Settings settings{Tier::kExact, &profile, &calibration};
    Universe universe = small_universe();
    const Descriptor ep{0, -1};
    const Descriptor e{1, -1};
    universe.operations = {call::add(ep, e, event::kIn, 1), call::write_number(e, 1),
                           call::read_number(e), call::wait(ep)};
    const auto programs = covering_programs(universe, settings, 100);
    // Watched or not, signalled or not, and with a stale item: five classes.
    CHECK(programs.size() == 5 * 4);
    std::set<std::pair<std::size_t, OperationNumber>> pairs;
    std::size_t longest = 0;
    for (const CoveringProgram& program : programs) {
        pairs.emplace(program.world_class, program.numbers.back());
        CHECK(program.numbers.size() >= longest);
        longest = std::max(longest, program.numbers.size());
    }
    CHECK(pairs.size() == programs.size());
    const auto again = covering_programs(universe, settings, 100);
    REQUIRE(again.size() == programs.size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        CHECK(again[i].numbers == programs[i].numbers);
    }
}
