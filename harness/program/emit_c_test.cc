// Tests of the C emitter: what the text says. That it compiles, and what it does when it runs, is
// tested with all cases (harness/cli/emitted_c_test.py).

#include "harness/program/emit_c.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/program/parser.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

Program parsed(std::string_view text) {
    auto program = parse_program(text, "test");
    REQUIRE(std::holds_alternative<Program>(program));
    return std::get<Program>(std::move(program));
}

/// What is written in the program, as what is allowed.
Reproducer as_written(const Program& program) {
    Reproducer reproducer;
    reproducer.tier = "contract";
    for (const Annotation& annotation : program.annotations) {
        AllowedAnswers allowed;
        for (const ExpectedAnswer& written : annotation.expected) {
            allowed.usual.push_back({written.result, written.events});
        }
        reproducer.allowed.push_back(allowed);
    }
    return reproducer;
}

std::string emitted(const Program& program, const Reproducer& reproducer) {
    auto text = emit_c(program, reproducer);
    REQUIRE(std::holds_alternative<std::string>(text));
    return std::get<std::string>(std::move(text));
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("each operation is one statement with its line as a comment", "[emit_c]") {
    const Program program = parsed(R"(title: A short title

epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ET, 7}) = 0
epoll_wait(ep, 16, 0) = [7:IN]
epoll_wait(ep, 16, -1) = blocks
)");
    Reproducer reproducer = as_written(program);
    reproducer.rules.push_back({"R-X1", "A sentence that ends a comment */ early."});
    reproducer.step = 3;
    reproducer.observed = Answer{Result::of_events(0), {}};
    const std::string text = emitted(program, reproducer);
    INFO(text);
    CHECK(text.starts_with("/* A short title\n"));
    CHECK(contains(text, " * R-X1: A sentence that ends a comment * / early.\n"));
    CHECK(contains(text,
                   "    /* 4: epoll_wait(ep, 16, 0) = [7:IN] */\n"
                   "    EXPECT(4, event_list, epoll_wait(ep, ready, 16, 0), \"[7:IN]\");\n"));
    CHECK(contains(text, "epoll_ctl(ep, EPOLL_CTL_ADD, e, event(EPOLLIN | EPOLLET, 7)), \"0\");"));
    CHECK(contains(text,
                   "EXPECT_PATIENTLY(5, event_list, epoll_wait(ep, ready, 16, -1), 0, "
                   "\"blocks\");"));
    CHECK(contains(text, "about: allowed is [7:IN], observed was []."));
    CHECK_FALSE(contains(text, "bad_page"));
    CHECK_FALSE(contains(text, "@"));
}

TEST_CASE("the program ends where the answers end", "[emit_c]") {
    const Program program = parsed("epoll_create1(0) = ep\nclose(ep) = 0\nclose(ep) = EBADF\n");
    Reproducer reproducer = as_written(program);
    reproducer.allowed.resize(2);
    const std::string text = emitted(program, reproducer);
    CHECK(contains(text, "/* 2: close(ep) = 0 */"));
    CHECK_FALSE(contains(text, "EBADF"));
}

TEST_CASE("handles that mean something else in C get another name", "[emit_c]") {
    const Program program = parsed(
        "eventfd(0, 0) = read\neventfd(0, 0) = int\ndup(read) = number\n"
        "close(int) = 0\nclose(number) = 0\n");
    Reproducer reproducer = as_written(program);
    for (AllowedAnswers& allowed : reproducer.allowed) {
        if (allowed.usual.empty()) allowed.usual.push_back({Result::of_descriptor(0), {}});
    }
    const std::string text = emitted(program, reproducer);
    CHECK(contains(text, "int read_fd = -1, int_fd = -1, number_fd = -1;"));
}

TEST_CASE("answers that lead away, and answers that cannot be listed", "[emit_c]") {
    const Program program = parsed("eventfd(0, 0) = e\nwrite(e, {1}) = 8\nclose(e) = 0\n");
    Reproducer reproducer = as_written(program);
    reproducer.allowed[1].unclear.push_back({Result::of_error(11), {}});
    reproducer.allowed[1].open = true;
    std::string text = emitted(program, reproducer);
    CHECK(contains(text, "\"8\", UNCLEAR, \"EAGAIN\", ANYTHING);"));
    reproducer.allowed[2].forbidden = Answer{Result::of_error(9), {}};
    text = emitted(program, reproducer);
    CHECK(contains(text, "EXPECT_NOT(3, number, close(e), \"EBADF\");"));
}

TEST_CASE("events in any order are compared sorted", "[emit_c]") {
    const Program program = parsed(
        "epoll_create1(0) = ep\n"
        "epoll_wait(ep, 2, 0) = [2:IN, 1:IN] or [1:IN, 2:IN]\n");
    const std::string text = emitted(program, as_written(program));
    CHECK(contains(text,
                   "EXPECT(2, sorted_event_list, epoll_wait(ep, ready, 2, 0), "
                   "\"[1:IN, 2:IN]\");"));
}

TEST_CASE("two processes run in step", "[emit_c]") {
    const Program program =
        parsed("eventfd(0, 0) = e\nfork() = 0\nP2: close(e) = 0\nP2: exit() = 0\nclose(e) = 0\n");
    const std::string text = emitted(program, as_written(program));
    INFO(text);
    CHECK(contains(text, "#define e (common->fds[0])\n"));
    CHECK(contains(text, "    STEP(3, 2) {\n        EXPECT(3, number, close(e), \"0\");\n    }\n"));
    CHECK(contains(text, "        leave(4);\n    }\n    wait_for_exit();\n"));
}

TEST_CASE("every operation has a call", "[emit_c]") {
    for (int kind = 0; kind < kOperationKinds; ++kind) {
        Program program = parsed("eventfd(0, 0) = e\nclose(e) = 0\n");
        program.operations[1].kind = static_cast<OperationKind>(kind);
        program.operations[1].process = 1;
        program.operations[1].other_fd = program.operations[1].fd;
        INFO(operation_spec(program.operations[1].kind).name);
        CHECK(contains(emitted(program, as_written(program)), "/* 2: "));
    }
}

TEST_CASE("what cannot be written in C is said", "[emit_c]") {
    const Program program = parsed("epoll_create1(0) = ep\nexit() = EPERM\n");
    const auto refused = emit_c(program, as_written(program));
    REQUIRE(std::holds_alternative<CannotEmit>(refused));
    CHECK(std::get<CannotEmit>(refused).what ==
          "operation 2 (exit) cannot be written in C: only the second process of a program can "
          "end");
}

}  // namespace
}  // namespace epollcheck
