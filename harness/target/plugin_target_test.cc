// Programs on a plug-in: its epoll answers, the kernel's files are watched, and what it does not
// offer is known before a program runs.

#include "harness/target/plugin_target.h"

#include <catch2/catch.hpp>
#include <cerrno>

#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

std::unique_ptr<PluginTarget> open_plugin(const char* name) {
    auto opened = PluginTarget::open(std::string(EPOLLCHECK_PLUGINS) + "/" + name);
    REQUIRE(std::holds_alternative<std::unique_ptr<PluginTarget>>(opened));
    return std::move(std::get<std::unique_ptr<PluginTarget>>(opened));
}

Operation operation(Kind kind, Descriptor fd = {}) {
    Operation result;
    result.kind = kind;
    result.fd = fd;
    return result;
}

Operation binding(Kind kind, std::int16_t handle, Descriptor fd = {}) {
    Operation result = operation(kind, fd);
    result.bound[0] = handle;
    return result;
}

constexpr Descriptor kInstance = {0, -1};
constexpr Descriptor kFile = {1, -1};

/// An instance that watches an eventfd with a count, and a wait for it.
std::vector<Operation> small_program() {
    std::vector<Operation> operations = {
        binding(Kind::kEpollCreate1, 0), binding(Kind::kEventfd, 1),
        operation(Kind::kEpollCtl, kInstance), operation(Kind::kEpollWait, kInstance)};
    operations[1].value = 3;
    operations[2].other_fd = kFile;
    operations[2].number = kCtlAdd;
    operations[2].flags = event::kIn;
    operations[2].value = 7;
    operations[3].number = 4;
    return operations;
}

TEST_CASE("a program runs on the epoll of the plug-in", "[target]") {
    const auto target = open_plugin("epoll_on_poll.so");
    Trace trace;
    for (int round = 0; round < 2; ++round) {  // nothing is left of the first one
        REQUIRE_FALSE(target->run(small_program(), 2, trace));
        REQUIRE(trace.size() == 4);
        CHECK(trace[0].result == Result::of_descriptor(0));
        CHECK(trace[1].result == Result::of_descriptor(1));
        CHECK(trace[2].result == Result::of_value(0));
        REQUIRE(trace[3].events.size() == 1);
        CHECK(trace[3].events[0] == Event{.mask = event::kIn, .data = 7});
    }
    CHECK_THAT(target->kernel(), Catch::StartsWith("epoll-on-poll on Linux"));
}

TEST_CASE("what the plug-in answers is what is observed", "[target]") {
    const auto target = open_plugin("faulty_plugin.so");
    Trace trace;
    REQUIRE_FALSE(target->run(small_program(), 2, trace));
    CHECK(trace[0].result == Result::of_error(ENOSYS));
    CHECK(trace[1].result == Result::of_descriptor(0));
    CHECK(trace[3].result == Result::of_error(ENOSYS));
}

TEST_CASE("the kernel's epoll is back when a program is over", "[target]") {
    const auto target = open_plugin("faulty_plugin.so");
    Trace trace;
    REQUIRE_FALSE(target->run(small_program(), 2, trace));
    CHECK(&system_call::calls_in_use() == &system_call::raw_calls());
}

TEST_CASE("what a plug-in does not offer is known before a program runs", "[target]") {
    const auto poor = open_plugin("faulty_plugin.so");
    const auto able = [&](const Operation& last) {
        const Operation operations[] = {binding(Kind::kEpollCreate1, 0), binding(Kind::kEventfd, 1),
                                        binding(Kind::kDup, 2, kFile), last};
        return poor->cannot_run(operations);
    };
    CHECK(able(operation(Kind::kPoll, kFile)).empty());
    CHECK(able(operation(Kind::kSelect, kFile)).empty());
    CHECK_THAT(able(operation(Kind::kPoll, kInstance)), Catch::Contains("no poll of an instance"));
    CHECK_THAT(able(operation(Kind::kSelect, kInstance)), Catch::Contains("neither select"));
    CHECK_THAT(able(binding(Kind::kDup, 2, kInstance)), Catch::Contains("no dup of an instance"));
    CHECK_THAT(able(operation(Kind::kEpollPwait, kInstance)), Catch::Contains("no epoll_pwait"));
    CHECK_THAT(able(operation(Kind::kFork)), Catch::Contains("second process"));
    Operation bad = operation(Kind::kEpollWait, kInstance);
    bad.pointer = Pointer::kBad;
    CHECK_THAT(able(bad), Catch::Contains("bad pointer"));
    bad.pointer = Pointer::kNull;
    CHECK(able(bad).empty());
    Trace trace;
    const Operation fork = operation(Kind::kFork);
    CHECK(poor->run({&fork, 1}, 0, trace).has_value());
}

TEST_CASE("handles are followed through dup and dup2", "[target]") {
    const auto target = open_plugin("epoll_on_poll.so");
    Operation replace = operation(Kind::kDup2, kFile);
    replace.other_fd = {2, -1};
    Operation operations[] = {binding(Kind::kEpollCreate1, 0), binding(Kind::kEventfd, 1),
                              binding(Kind::kDup, 2, kInstance), replace,
                              operation(Kind::kSelect, {2, -1})};
    CHECK(target->cannot_run(operations).empty());
    operations[3].fd = kInstance;
    CHECK_THAT(target->cannot_run(operations), Catch::Contains("neither select"));
}

TEST_CASE("the capacities of a plug-in are its own", "[target]") {
    Capacities capacities;
    REQUIRE_FALSE(open_plugin("faulty_plugin.so")->measure(capacities));
    CHECK_FALSE(capacities.has_epoll_pwait2);
    CHECK_FALSE(capacities.has_ring_wait);
    REQUIRE_FALSE(open_plugin("epoll_on_poll.so")->measure(capacities));
    CHECK(capacities.has_epoll_pwait2);
}

}  // namespace
}  // namespace epollcheck
