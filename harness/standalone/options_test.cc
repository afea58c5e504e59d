// Tests of the executor's command line.

#include "harness/standalone/options.h"

#include <catch2/catch.hpp>
#include <vector>

namespace epollcheck {
namespace {

std::string parse(std::vector<std::string> arguments, ExecutorOptions& options) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    return parse_options(pointers, options);
}

TEST_CASE("without arguments the executor serves", "[options]") {
    ExecutorOptions options;
    CHECK(parse({}, options).empty());
    CHECK(options.mode == ExecutorOptions::Mode::kServe);
    CHECK(options.calls == WayToCall::kRaw);
    CHECK_FALSE(options.armour);
}

TEST_CASE("all options are understood", "[options]") {
    ExecutorOptions options;
    CHECK(parse({"--self-test", "--calls", "io_uring", "--armour", "--patience", "7", "--case",
                 "edge/", "--profile", "linux-6.1", "--tier", "linux"},
                options)
              .empty());
    CHECK(options.mode == ExecutorOptions::Mode::kSelfTest);
    CHECK(options.calls == WayToCall::kRing);
    CHECK(options.armour);
    CHECK(options.file.patience_ms == 7000);
    CHECK(options.self_test.patience_ms == 7000);
    CHECK(options.self_test.selection == "edge/");
    CHECK(options.self_test.profile == "linux-6.1");
    CHECK(options.self_test.strictest == Tier::kLinux);
}

TEST_CASE("what is wrong is told", "[options]") {
    ExecutorOptions options;
    CHECK(parse({"--fast"}, options) == "unknown argument '--fast'");
    CHECK(parse({"--calls"}, options) == "a value is missing behind --calls");
    CHECK(parse({"--calls", "x"}, options) == "--calls is raw, libc or io_uring");
    CHECK(parse({"--patience", "0"}, options) == "--patience is a number of seconds, at least 1");
    CHECK(parse({"--patience", "9999999999"}, options) ==
          "--patience is a number of seconds, at least 1");
    CHECK(parse({"--file", "in"}, options) == "a value is missing behind --file");
    CHECK(parse({"--tier", "x"}, options) == "--tier is contract, linux or exact");
}

}  // namespace
}  // namespace epollcheck
