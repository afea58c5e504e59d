// Tests of the descriptions of targets: what is understood, what is refused, and those of the tree.

#include "harness/target/description.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/target/make_target.h"
#include "harness/target/tree.h"

namespace epollcheck {

namespace {

using Catch::Matchers::Contains;

constexpr const char* kDirectory = EPOLLCHECK_SOURCE_DIR "/harness/targets";

std::string complaint(const std::string& text) {
    return std::get<std::string>(parse_description(text, "dir/mine.toml"));
}

TargetDescription parsed(const std::string& text) {
    return std::get<TargetDescription>(parse_description(text, "dir/mine.toml"));
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("a description says how a target is reached, and has a default for the rest") {
    const auto description = parsed(R"(
title = "mine"
how = "serial"
command = ["a", "b c"]
calls = "io_uring"
tier = "contract"
reply_ms = 5
batch = 7
expectations = "expectations/mine.toml"
)");
    CHECK(description.name == "mine");
    CHECK(description.title == "mine");
    CHECK(description.how == Transport::kSerial);
    CHECK(description.command == Words{"a", "b c"});
    CHECK(description.calls == "io_uring");
    CHECK(description.executor == "native");
    CHECK(description.tier == Tier::kContract);
    CHECK(description.profile == "auto");
    CHECK(description.start_ms == 10'000);
    CHECK(description.reply_ms == 5);
    CHECK(description.batch == 7);
    CHECK(description.expectations == "dir/expectations/mine.toml");
}

TEST_CASE("what is wrong with a description is said with its line") {
    const std::string start = "title = \"t\"\ncommand = [\"c\"]\n";
    const auto [text, what] = GENERATE_COPY(table<std::string, std::string>(
        {{"title = \n", "dir/mine.toml: line 1: "},
         {start + "colour = 3\n", "line 3: there is no key 'colour'; there are title, how"},
         {start + "batch = \"many\"\n", "line 3: batch must be a number from 1 to 65536"},
         {start + "batch = 0\n", "line 3: batch must be a number"},
         {start + "profile = 1\n", "line 3: profile must be a text in quotes"},
         {start + "how = \"pigeon\"\n", "line 3: there is no how 'pigeon'; there are in-process"},
         {start + "tier = \"all\"\n", "line 3: there is no tier 'all'"},
         {start + "how = \"in-process\"\n", "line 2: a target that is reached by in-process has"},
         {"title = \"t\"\ncommand = \"ls -l\"\n", "line 2: command must be a list of words"},
         {"title = \"t\"\ncommand = [\n1]\n", "line 3: each word of command must be a text"},
         {"title = \"t\"\n", "command is missing"},
         {"command = [\"c\"]\n", "title is missing"}}));
    CHECK_THAT(complaint(text), Contains(what) && Contains("README.md explains the keys"));
}

TEST_CASE("every description of the tree is in order") {
    const auto names = description_names(kDirectory);
    REQUIRE(names.size() >= 12);
    for (const std::string& name : names) {
        const auto loaded = load_description(name, kDirectory);
        CAPTURE(name);
        if (const auto* wrong = std::get_if<std::string>(&loaded)) {
            FAIL(*wrong);
        }
        CHECK(std::get<TargetDescription>(loaded).name == name);
    }
}

TEST_CASE("a target that does not exist is told with those that do") {
    CHECK_THAT(std::get<std::string>(load_description("windows", kDirectory)),
               Contains("there is no target 'windows' in ") && Contains("gvisor, "));
    CHECK_THAT(std::get<std::string>(load_description("/no/such.toml", kDirectory)),
               Contains("/no/such.toml cannot be read"));
}

TEST_CASE("the words of a command are filled in") {
    auto description = parsed(
        "title = \"t\"\ncommand = [\"ssh\", \"{argument}\", \"x\"]\n"
        "argument = \"host\"\n");
    CHECK(std::get<Words>(target_command(description, "me@there")) ==
          Words{"ssh", "me@there", "x"});
    CHECK_THAT(std::get<HarnessError>(target_command(description, "")).what,
               Contains("target 'mine': it needs an argument, host: --target mine:ARGUMENT"));
    description = parsed("title = \"t\"\ncommand = [\"{executor}\"]\nexecutor = \"vax\"\n");
    CHECK_THAT(std::get<HarnessError>(target_command(description, "")).what,
               Contains("epollcheck-executor.vax") && Contains("`./epollcheck executors vax`"));
    CHECK_THAT(why_not_here(description), Contains("`./epollcheck executors vax`"));
    description = parsed("title = \"t\"\ncommand = [\"no-such-command\"]\nsetup = \"Buy it.\"\n");
    CHECK(why_not_here(description) == "there is no command 'no-such-command': Buy it.");
}

TEST_CASE("an executor gets the options that its calls and its transport need") {
    const auto tree =
        std::filesystem::temp_directory_path() / ("epollcheck-tree-" + std::to_string(getpid()));
    const auto executor = tree / "build" / "executors" / "epollcheck-executor.vax";
    create_directories(executor.parent_path());
    std::ofstream(executor) << "#!/bin/sh\n";
    permissions(executor, std::filesystem::perms::owner_all);
    setenv("EPOLLCHECK_HOME", tree.c_str(), 1);
    auto description = parsed(
        "title = \"t\"\ncommand = [\"{executor}\", \"sh {executor}\"]\n"
        "executor = \"vax\"\ncalls = \"libc\"\nhow = \"file\"\n");
    const auto words = std::get<Words>(target_command(description, ""));
    unsetenv("EPOLLCHECK_HOME");
    remove_all(tree);
    const std::string path = executor.string();
    CHECK(words == Words{path, "--calls", "libc", "--file", "{input}", "{output}",
                         "sh " + path + " --calls libc --file {input} {output}"});
}

}  // namespace epollcheck
