// Tests of scenarios: the text form, its errors, and that all that the binary carries are good.

#include "stress/scenario.h"

#include <catch2/catch.hpp>

#include "harness/program/printer.h"

namespace epollcheck {
namespace {

Scenario parsed(const std::string& text) {
    auto result = parse_scenario(text, "test");
    if (const auto* error = std::get_if<ParseError>(&result)) {
        FAIL(error->text());
    }
    return std::get<Scenario>(std::move(result));
}

std::string error_of(const std::string& text) {
    auto result = parse_scenario(text, "test");
    const auto* error = std::get_if<ParseError>(&result);
    REQUIRE(error != nullptr);
    return error->text();
}

TEST_CASE("a scenario is a program with places that vary") {
    const Scenario scenario = parsed(
        "title: What it is about\n"
        "weight: 3\n"
        "vary mode: IN, IN|ET\n"
        "vary last: 2, 3\n"
        "\n"
        "# A comment.\n"
        "T1: epoll_create1(0) = ep\n"
        "T1: eventfd(0, EFD_NONBLOCK) = e\n"
        "[IN|ET] T1: write(e, {1})\n"
        "[!IN|ET] T1: write(e, {2})\n"
        "T1: epoll_ctl(ep, ADD, e, {$mode, 1})\n"
        "barrier\n"
        "x2 T2-T$last: epoll_ctl(ep, MOD, e, {IN, $thread$i})\n");
    CHECK(scenario.title == "What it is about");
    CHECK(scenario.weight == 3);
    REQUIRE(scenario.variants() == 4);
    CHECK(scenario.variant_name(0) == "mode=IN last=2");
    CHECK(scenario.variant_name(3) == "mode=IN|ET last=3");
    CHECK(scenario.text(3) ==
          "T1: epoll_create1(0) = ep\n"
          "T1: eventfd(0, EFD_NONBLOCK) = e\n"
          "T1: write(e, {1})\n"
          "T1: epoll_ctl(ep, ADD, e, {IN|ET, 1})\n"
          "barrier\n"
          "T2: epoll_ctl(ep, MOD, e, {IN, 21})\n"
          "T2: epoll_ctl(ep, MOD, e, {IN, 22})\n"
          "T3: epoll_ctl(ep, MOD, e, {IN, 31})\n"
          "T3: epoll_ctl(ep, MOD, e, {IN, 32})\n");
    CHECK(scenario.text(0).find("write(e, {2})") != std::string::npos);
    CHECK(scenario.text(0).find("T3") == std::string::npos);
    CHECK(scenario_program(scenario, 3).header.id == "stress/test");
}

TEST_CASE("what is wrong with a scenario is said with its place") {
    CHECK(error_of("title: x\nweight: 0\n\nbarrier\n") ==
          "test.scenario:2:1: error: a weight is at least 1");
    CHECK(error_of("nonsense\n\nbarrier\n").find("ends the head") != std::string::npos);
    CHECK(error_of("colour: red\n\nbarrier\n").find("unknown key 'colour'") != std::string::npos);
    CHECK(error_of("vary a: 1,,2\n\nbarrier\n").find("a value of 'a'") != std::string::npos);
    const std::string unknown = error_of("vary a: 0, x\n\nT1: epoll_create1($a) = ep\n");
    CHECK(unknown.find("the variant 'a=x'") != std::string::npos);
}

TEST_CASE("a scenario that would be endless is refused") {
    CHECK(error_of("title: x\n\nT1-T99919991: epoll_create1(0) = e\n").find("unknown operation") !=
          std::string::npos);
    CHECK_FALSE(error_of("title: x\n\nT-491111119-Tx: barrier\n").empty());
    CHECK_FALSE(error_of("title: x\n\nx2000000000 T1: barrier\n").empty());
    std::string many = "title: x\n\n";
    for (int i = 0; i < 100; ++i) {
        many += "x100 T1-T9: epoll_create1(0)\n";
    }
    CHECK(error_of(many).find("a program can have 1000 operations") != std::string::npos);
    std::string places;
    for (int i = 0; i < 100; ++i) {
        places += "vary a" + std::to_string(i) + ": 1, 2\n";
    }
    CHECK(error_of(places + "\nbarrier\n").find("more than 1000 variants") != std::string::npos);
}

TEST_CASE("all scenarios of the binary can be parsed in all variants, and are concurrent") {
    CHECK(embedded_scenarios().size() >= 16);
    for (const Scenario& scenario : embedded_scenarios()) {
        INFO(scenario.name);
        CHECK_FALSE(scenario.title.empty());
        for (std::size_t i = 0; i < scenario.variants(); ++i) {
            const Program program = scenario_program(scenario, i);
            const auto several = [](const Operation& operation) { return operation.thread > 0; };
            CHECK(std::ranges::any_of(program.operations, several));
        }
    }
}

}  // namespace
}  // namespace epollcheck
