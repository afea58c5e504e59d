// Tests of which calls may stand where threads act at once.

#include "fuzz/racing_calls.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/program/parser.h"
#include "harness/program/printer.h"

namespace epollcheck {

namespace {

/// The lawful program whose threads make `calls`, which are lines of text, as text.
std::string with_racing(const std::string& calls) {
    const std::string beginning = R"(
T1: epoll_create1(0) = ep
T1: eventfd(0, EFD_NONBLOCK) = e
T1: pipe2([r, w], O_NONBLOCK) = 0
T1: epoll_ctl(ep, ADD, e, {IN, 1}) = 0
barrier
)";
    auto parsed = parse_program(beginning + calls, "test");
    REQUIRE(std::holds_alternative<Program>(parsed));
    auto& program = std::get<Program>(parsed);
    make_lawful(program, Reach::kThreads);
    return print_program(program);
}

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a thread that is awaited may lose the instance that it sleeps on") {
    const std::string text =
        with_racing("T1: epoll_wait(ep, 8, -1)\nT2: await(T1)\nT2: close(ep)\nT2: write(e, {1})\n");
    CHECK(has(text, "T2: await(T1)\nT2: close(h0)\n"));
    // A file that is ready gets the number, and the instance is not looked at any more.
    CHECK(has(text, "barrier\nT1: eventfd(1, EFD_NONBLOCK)"));
    CHECK_FALSE(has(text, "fdinfo(h0)"));
}

TEST_CASE("nobody closes what another thread may be using") {
    CHECK_FALSE(has(with_racing("T1: epoll_wait(ep, 8, -1)\nT2: close(ep)\n"), "close"));
    CHECK_FALSE(has(with_racing("T1: epoll_ctl(ep, DEL, e, NULL)\nT2: close(e)\n"), "close"));
    CHECK_FALSE(has(with_racing("T1: epoll_wait(ep, 8, -1)\nT1: epoll_wait(ep, 8, 0)\n"
                                "T2: await(T1)\nT2: close(ep)\n"),
                    "close"));
    const std::string text = with_racing("T2: close(e)\nT1: read(e, u64)\nT1: close(w)\n");
    CHECK(has(text, "T2: close(h1)"));
    CHECK(has(text, "T1: close(h3)"));
    CHECK_FALSE(has(text, "read"));
}

TEST_CASE("two threads do not await each other") {
    const std::string text =
        with_racing("T1: await(T2)\nT2: await(T1)\nT3: await(T2)\nT3: await(T1)\n");
    CHECK(has(text, "T1: await(T2)"));
    CHECK(has(text, "T3: await(T2)"));
    CHECK_FALSE(has(text, "await(T1)"));
}

TEST_CASE("who is interrupted makes no transfers") {
    const std::string text = with_racing(
        "T2: epoll_wait(ep, 8, -1)\nT1: interrupt(T2)\nT2: write(e, {1})\n"
        "T3: write(e, {1})\nT1: interrupt(T3)\n");
    CHECK(has(text, "T1: interrupt(T2)"));
    CHECK(has(text, "T3: write"));
    CHECK_FALSE(has(text, "T2: write"));
    CHECK_FALSE(has(text, "interrupt(T3)"));
}

TEST_CASE("waits of threads end within microseconds, or not by themselves") {
    const std::string text = with_racing("T2: epoll_pwait2(ep, 8, {7, 999999999})\n");
    CHECK(has(text, "T2: epoll_pwait2(h0, 8, {0, 50000})"));
}

}  // namespace epollcheck
