// Tests of universes: renamings by exchanges, and programs made of numbers.

#include "model/vocabulary/universe.h"

#include <catch2/catch.hpp>

using namespace epollcheck;

namespace {

Operation add(std::int16_t handle) {
    Operation operation;
    operation.kind = OperationKind::kEpollCtl;
    operation.number = kCtlAdd;
    operation.fd.handle = 0;
    operation.other_fd.handle = handle;
    operation.flags = event::kIn;
    operation.value = static_cast<std::uint64_t>(handle);
    return operation;
}

Operation write(std::int16_t handle) {
    Operation operation;
    operation.kind = OperationKind::kWrite;
    operation.fd.handle = handle;
    operation.as_value = true;
    operation.value = 1;
    return operation;
}

/// Instance 0 and three eventfds 1, 2, 3, each added with its number as data, and written.
Universe three_eventfds() {
    Universe universe;
    universe.handles = {"ep", "e", "f", "g"};
    for (std::int16_t handle = 0; handle < 4; ++handle) {
        Operation create;
        create.kind = handle == 0 ? OperationKind::kEpollCreate1 : OperationKind::kEventfd;
        create.bound[0] = handle;
        universe.setup.push_back(create);
    }
    for (std::int16_t handle = 1; handle < 4; ++handle) {
        universe.operations.push_back(add(handle));
        universe.operations.push_back(write(handle));
    }
    return universe;
}

}  // namespace

TEST_CASE("universe: exchanges generate all renamings") {
    Universe universe = three_eventfds();
    CHECK(renamings(universe).size() == 1);
    universe.exchanges = {{{{1, 2}}, {{1, 2}}}};
    REQUIRE(renamings(universe).size() == 2);
    CHECK(renamings(universe)[1] == Renaming{2, 3, 0, 1, 4, 5});
    universe.exchanges.push_back({{{2, 3}}, {{2, 3}}});
    CHECK(renamings(universe).size() == 6);
}

TEST_CASE("universe: an exchange that leads out of the universe is refused") {
    Universe universe = three_eventfds();
    universe.exchanges = {{{{1, 2}}, {}}};  // the data would not fit the handles
    CHECK(renamings(universe).empty());
    universe.exchanges = {{{{0, 1}}, {{1, 2}}}};  // the setup would change
    CHECK(renamings(universe).empty());
}

TEST_CASE("universe: a program is the setup, the numbered operations and the observations") {
    Universe universe = three_eventfds();
    universe.observations = {write(1)};
    const std::vector<OperationNumber> numbers = {0, 1};
    const Program program = universe_program(universe, numbers, true);
    REQUIRE(program.operations.size() == 4 + 2 + 1);
    CHECK(program.operations[4] == universe.operations[0]);
    CHECK(program.operations.back() == universe.observations.front());
    CHECK(universe_program(universe, {}, false).operations == universe.setup);
}
