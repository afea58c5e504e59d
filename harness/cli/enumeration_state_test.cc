// Tests of the state of enumerations.

#include "harness/cli/enumeration_state.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "conformance/universe_suite.h"

using namespace epollcheck;

namespace {

/// A directory of its own for each test.
class Scratch {
public:
    Scratch() {
        char name[] = "/tmp/epollcheck-state-XXXXXX";
        REQUIRE(mkdtemp(name) != nullptr);
        directory_ = name;
    }
    ~Scratch() { std::filesystem::remove_all(directory_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] std::string file() const { return directory_ + "/state"; }

private:
    std::string directory_;
};

EnumerationState some_state() {
    EnumerationState state;
    state.universe = "modes 0123456789abcdef";
    state.length = 3;
    state.share = {1, 4};
    state.workers.resize(2);
    state.workers[0].programs = 10;
    state.workers[0].next = {1, 2, 3};
    state.workers[1].findings = 2;
    state.workers[1].ended = true;
    return state;
}

}  // namespace

TEST_CASE("enumeration state: what is saved is loaded again") {
    const Scratch scratch;
    const auto none = load_state(scratch.file());
    REQUIRE(none.index() == 0);
    CHECK_FALSE(std::get<0>(none));
    REQUIRE_FALSE(save_state(some_state(), scratch.file()));
    const auto loaded = load_state(scratch.file());
    REQUIRE(loaded.index() == 0);
    CHECK(std::get<0>(loaded) == some_state());
    CHECK(some_state().total().programs == 10);
    CHECK_FALSE(some_state().total().ended);
}

TEST_CASE("enumeration state: damage is noticed") {
    const Scratch scratch;
    REQUIRE_FALSE(save_state(some_state(), scratch.file()));
    std::filesystem::resize_file(scratch.file(), std::filesystem::file_size(scratch.file()) - 6);
    CHECK(load_state(scratch.file()).index() == 1);
    std::ofstream(scratch.file()) << "something else\n";
    CHECK(load_state(scratch.file()).index() == 1);
    CHECK(save_state(some_state(), "/nonexistent/state"));
}

TEST_CASE("enumeration state: progress is published as a whole") {
    SharedProgress shared;
    WorkerProgress progress;
    progress.programs = 7;
    progress.next = {3, 1, 4};
    shared.publish(progress);
    CHECK(shared.read() == progress);
}

TEST_CASE("enumeration state: a universe that changed has another identity") {
    auto universe = std::get<Universe>(load_universe("modes"));
    const std::string before = universe_identity(universe);
    CHECK(before.find("modes ") == 0);
    universe.operations.pop_back();
    universe.exchanges.clear();
    CHECK(universe_identity(universe) != before);
}
