// Loading plug-ins: what can be wrong with a file is told apart.

#include "harness/target/plugin_library.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>

namespace epollcheck {
namespace {

const std::string kFaulty = EPOLLCHECK_PLUGINS "/faulty_plugin.so";

/// Loads a library that has this fault (harness/plugins/faulty.c).
std::variant<PluginLibrary, HarnessError> load_with(const char* fault) {
    setenv("EPOLLCHECK_FAULT", fault, 1);
    auto loaded = PluginLibrary::load(kFaulty);
    unsetenv("EPOLLCHECK_FAULT");
    return loaded;
}

std::string fault_text(const std::variant<PluginLibrary, HarnessError>& loaded) {
    REQUIRE(std::holds_alternative<HarnessError>(loaded));
    return std::get<HarnessError>(loaded).what;
}

TEST_CASE("a good plug-in is loaded, and can be loaded again", "[target]") {
    for (int round = 0; round < 2; ++round) {
        const auto loaded = PluginLibrary::load(EPOLLCHECK_PLUGINS "/epoll_on_poll.so");
        REQUIRE(std::holds_alternative<PluginLibrary>(loaded));
        CHECK(std::get<PluginLibrary>(loaded).table().name == std::string("epoll-on-poll"));
    }
}

TEST_CASE("a file that is missing, or no library, is said to be", "[target]") {
    CHECK_THAT(fault_text(PluginLibrary::load("/nonexistent/epoll.so")),
               Catch::Contains("/nonexistent/epoll.so cannot be read: No such file"));
    // Without a slash it is a file here, and is not looked for in the directories of the system.
    CHECK_THAT(fault_text(PluginLibrary::load("libc.so.6")), Catch::Contains("cannot be read"));
    CHECK_THAT(fault_text(PluginLibrary::load(EPOLLCHECK_SOURCE_DIR "/README.md")),
               Catch::Contains("cannot be loaded"));
}

TEST_CASE("a library without the function is no plug-in", "[target]") {
    const char* const candidates[] = {"/lib/x86_64-linux-gnu/libc.so.6", "/lib/libc.so.6",
                                      "/lib64/libc.so.6"};
    for (const char* const path : candidates) {
        const auto loaded = PluginLibrary::load(path);
        const std::string what = fault_text(loaded);
        CHECK((what.find("exports no function epollcheck_plugin_v1()") != std::string::npos ||
               what.find("cannot be read") != std::string::npos));
    }
}

TEST_CASE("a table of another form is refused", "[target]") {
    CHECK_THAT(fault_text(load_with("version")),
               Catch::Contains("version 2; this epollcheck knows version 1"));
    CHECK_THAT(fault_text(load_with("size")), Catch::Contains("a table of 8 bytes"));
    CHECK_THAT(fault_text(load_with("member")), Catch::Contains("lacks one of create1"));
    CHECK_THAT(fault_text(load_with("null")), Catch::Contains("returns NULL"));
}

TEST_CASE("what a table is too old to have is not offered", "[target]") {
    const auto loaded = load_with("old");
    REQUIRE(std::holds_alternative<PluginLibrary>(loaded));
    const epollcheck_plugin& table = std::get<PluginLibrary>(loaded).table();
    CHECK(table.poll_now == nullptr);
    CHECK(table.create == nullptr);
    CHECK(table.wait != nullptr);
    CHECK(table.name != nullptr);
}

}  // namespace
}  // namespace epollcheck
