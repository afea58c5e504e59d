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

TEST_CASE("each operation is one statement, and the last one is judged", "[emit_c]") {
    const Program program = parsed(R"(title: A short title

epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN|ET, 7}) = 0
epoll_wait(ep, 16, 0) = [7:IN]
epoll_wait(ep, 16, -1) = [7:IN]
epoll_wait(ep, 16, 0) = []
)");
    Reproducer reproducer = as_written(program);
    reproducer.rules.push_back({"R-X1", "A sentence that ends a comment */ early.", "epoll(7), X"});
    reproducer.step = 5;
    reproducer.observed = Answer{Result::of_events(1), {{event::kIn, 7}}};
    const std::string text = emitted(program, reproducer);
    INFO(text);
    CHECK(text.starts_with("/* A short title.\n"));
    CHECK(contains(text, " * R-X1: A sentence that ends a comment * / early. [epoll(7), X]\n"));
    CHECK(contains(text, "    SETUP(ep = epoll_create1(0), n >= 0);\n"));
    CHECK(contains(text,
                   "SETUP(epoll_ctl(ep, EPOLL_CTL_ADD, e, EVENT(EPOLLIN | EPOLLET, 7)), n == 0);"));
    CHECK(
        contains(text, "    SETUP(epoll_wait(ep, ready, 16, 0), n == 1 && IS(0, 7, EPOLLIN));\n"));
    CHECK(contains(text, "SETUP(PATIENTLY(epoll_wait(ep, ready, 16, -1)), n == 1 && "));
    CHECK(contains(text, "has to give [] (tier contract), and gave [7:IN]."));
    CHECK(contains(text,
                   "    n = epoll_wait(ep, ready, 16, 0);\n    if (n == 0)\n        return 0;\n"));
    CHECK(text.ends_with("    return 1;\n}\n"));
    CHECK_FALSE(contains(text, "BAD_PAGE"));
    CHECK_FALSE(contains(text, "@"));
}

TEST_CASE("a plain program is about thirty lines long", "[emit_c]") {
    const Program program = parsed(R"(title: A write is an event

epoll_create1(0) = ep
pipe2([r, w], O_NONBLOCK) = 0
epoll_ctl(ep, ADD, r, {IN, 7}) = 0
write(w, 1) = 1
epoll_wait(ep, 1, 0) = [7:IN]
)");
    Reproducer reproducer = as_written(program);
    reproducer.step = 4;
    const std::string text = emitted(program, reproducer);
    INFO(text);
    CHECK(std::ranges::count(text, '\n') <= 36);
}

TEST_CASE("without a step every call is checked", "[emit_c]") {
    const Program program = parsed(
        "epoll_create1(0) = ep\nepoll_ctl(ep, DEL, 5, NULL) = EBADF or ENOENT\n"
        "epoll_wait(ep, 16, -1) = blocks\nepoll_wait(ep, 16, 5) = []\n");
    const std::string text = emitted(program, as_written(program));
    INFO(text);
    CHECK(contains(text, "Every call is checked (tier contract)."));
    CHECK(contains(text,
                   "EXPECT(epoll_ctl(ep, EPOLL_CTL_DEL, 5, NULL), n == -1 && (errno == EBADF || "
                   "errno == ENOENT));"));
    CHECK(contains(text, "EXPECT(PATIENTLY(epoll_wait(ep, ready, 16, -1)), waited(n, 0));"));
    CHECK(contains(text, "n == 0 && clock_ns() - start >= 5000000);"));
    CHECK_FALSE(contains(text, "SETUP"));
}

TEST_CASE("masks between two bounds are one range", "[emit_c]") {
    const Program program = parsed(
        "epoll_create1(0) = ep\n"
        "epoll_wait(ep, 2, 0) = [1:IN] or [1:IN|RDNORM] or [1:IN|PRI] or [1:IN|PRI|RDNORM]\n"
        "epoll_wait(ep, 2, 0) = [1:IN|RDNORM] or [1:IN|PRI]\n"
        "poll(ep, IN|RDNORM) = 0 or IN\n");
    const std::string text = emitted(program, as_written(program));
    INFO(text);
    CHECK(
        contains(text, "n == 1 && IS_BETWEEN(0, 1, EPOLLIN, EPOLLIN | EPOLLPRI | EPOLLRDNORM));"));
    CHECK(contains(text,
                   "(n == 1 && IS(0, 1, EPOLLIN | EPOLLPRI)) || (n == 1 && IS(0, 1, EPOLLIN | "
                   "EPOLLRDNORM))"));
    CHECK(contains(text, "n >= 0 && (n & ~POLLIN) == 0"));
}

TEST_CASE("the program ends where the answers end", "[emit_c]") {
    const Program program = parsed("epoll_create1(0) = ep\nclose(ep) = 0\nclose(ep) = EBADF\n");
    Reproducer reproducer = as_written(program);
    reproducer.allowed.resize(2);
    const std::string text = emitted(program, reproducer);
    CHECK(contains(text, "EXPECT(close(ep), n == 0);"));
    CHECK_FALSE(contains(text, "EBADF"));
}

TEST_CASE("handles that mean something else in C get another name", "[emit_c]") {
    const Program program = parsed(
        "eventfd(0, 0) = read\neventfd(0, 0) = int\ndup(read) = n\n"
        "close(int) = 0\nclose(n) = 0\n");
    Reproducer reproducer = as_written(program);
    for (AllowedAnswers& allowed : reproducer.allowed) {
        if (allowed.usual.empty()) allowed.usual.push_back({Result::of_descriptor(0), {}});
    }
    const std::string text = emitted(program, reproducer);
    CHECK(contains(text, "int read_fd, int_fd, n_fd;"));
}

TEST_CASE("answers that lead away, and answers that cannot be listed", "[emit_c]") {
    const Program program = parsed("eventfd(0, 0) = e\nwrite(e, {1}) = 8\nclose(e) = 0\n");
    Reproducer reproducer = as_written(program);
    reproducer.allowed[1].unclear.push_back({Result::of_error(11), {}});
    std::string text = emitted(program, reproducer);
    CHECK(contains(text, "(n == 8) || leads_away(n == -1 && errno == EAGAIN));"));
    reproducer.allowed[1].open = true;
    text = emitted(program, reproducer);
    CHECK(contains(text, "SETUP(write(e, &(uint64_t){1}, 8), n == 8);"));
    reproducer.allowed[2].forbidden = Answer{Result::of_error(9), {}};
    reproducer.step = 2;
    text = emitted(program, reproducer);
    CHECK(contains(text, "    n = close(e);\n    if (!(n == -1 && errno == EBADF))\n"));
}

TEST_CASE("events in any order are looked for", "[emit_c]") {
    const Program program = parsed(
        "epoll_create1(0) = ep\n"
        "epoll_wait(ep, 2, 0) = [2:IN, 1:IN] or [1:IN, 2:IN]\n");
    const std::string text = emitted(program, as_written(program));
    CHECK(contains(text, "n == 2 && HAS(n, 1, EPOLLIN) && HAS(n, 2, EPOLLIN));"));
}

TEST_CASE("two processes run in step", "[emit_c]") {
    const Program program =
        parsed("eventfd(0, 0) = e\nfork() = 0\nP2: close(e) = 0\nP2: exit() = 0\nclose(e) = 0\n");
    const std::string text = emitted(program, as_written(program));
    INFO(text);
    CHECK(contains(text, "#define e (common->fds[0])\n"));
    CHECK(contains(text, "    STEP(3, 2) {\n        EXPECT(close(e), n == 0);\n    }\n"));
    CHECK(contains(text, "        (common->done = 4, _exit(0));\n    }\n    waitpid("));
}

TEST_CASE("every operation has a call", "[emit_c]") {
    for (int kind = 0; kind < kOperationKinds; ++kind) {
        if (kind == static_cast<int>(OperationKind::kInterrupt) ||
            is_about_rings(static_cast<OperationKind>(kind))) {
            continue;  // they are refused
        }
        Program program = parsed("eventfd(0, 0) = e\nclose(e) = 0\n");
        program.operations[1].kind = static_cast<OperationKind>(kind);
        const bool ends = program.operations[1].kind == OperationKind::kExec ||
                          program.operations[1].kind == OperationKind::kExit;
        program.operations[1].process = ends ? 1 : 0;
        program.operations[1].other_fd = program.operations[1].fd;
        INFO(operation_spec(program.operations[1].kind).name);
        std::string text = emitted(program, as_written(program));
        text.erase(0, text.find("EXPECT(e = eventfd(0, 0), n >= 0);"));
        const bool is_call = program.operations[1].kind != OperationKind::kBarrier;
        CHECK(std::ranges::count(text, ';') >= (is_call ? 3 : 2));
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

TEST_CASE("the style of the kernel's own tests has assertions", "[emit_c]") {
    const Program program = parsed(
        "id: some/test-case\n\nepoll_create1(0) = ep\neventfd(1, EFD_NONBLOCK) = e\n"
        "epoll_ctl(ep, ADD, e, {IN|ET, 7}) = 0\nepoll_ctl(ep, DEL, 5, NULL) = EBADF\n"
        "epoll_wait(ep, 16, 0) = [7:IN] or []\nepoll_wait(ep, 16, 0) = [7:IN]\n");
    Reproducer reproducer = as_written(program);
    reproducer.style = CStyle::kKselftest;
    const std::string text = emitted(program, reproducer);
    INFO(text);
    CHECK(text.starts_with("// SPDX-License-Identifier: GPL-2.0\n"));
    CHECK(contains(text, "#include \"kselftest_harness.h\"\n"));
    CHECK(contains(text, "TEST(some_test_case)\n{\n"));
    CHECK(contains(text, "    ASSERT_GE(ep = epoll_create1(0), 0);\n"));
    CHECK(contains(text,
                   "    ASSERT_EQ(-1, epoll_ctl(ep, EPOLL_CTL_DEL, 5, NULL));\n"
                   "    EXPECT_EQ(EBADF, errno);\n"));
    CHECK(contains(text,
                   "    ASSERT_EQ(1, epoll_wait(ep, ready, 16, 0));\n"
                   "    EXPECT_EQ(7, ready[0].data.u64);\n"
                   "    EXPECT_EQ(EPOLLIN, ready[0].events);\n"));
    CHECK(contains(text, "ASSERT_TRUE(n == 0 || (n == 1 && "));
    CHECK(text.ends_with("}\n\nTEST_HARNESS_MAIN\n"));
    CHECK_FALSE(contains(text, "int main"));
}

TEST_CASE("a program of threads has a function for each thread and section", "[emit_c]") {
    const Program program = parsed(
        "T1: epoll_create1(0) = ep\nT1: pipe2([r, w], O_NONBLOCK) = 0\nbarrier\n"
        "T1: epoll_wait(ep, 16, -1) = blocks\nT2: await(T1) = 0\nT2: write(w, 3) = 3\n"
        "T3: epoll_wait(ep, 16, 5) = []\nbarrier\nT1: read(r, 4, buffer=BAD) = EFAULT\n");
    const std::string text = emitted(program, as_written(program));
    INFO(text);
    CHECK(contains(text, "THREADS = 3, SECTIONS = 3,"));
    CHECK(contains(text, "    CALL(2, pipe2(pair, O_NONBLOCK));\n    r = pair[0], w = pair[1];\n"));
    CHECK(contains(text, "static void T2_part_2(void)\n{\n    await(1);\n"));
    CHECK(contains(text, "CALL(4, epoll_wait(ep, answers[4].ready, 16, -1));"));
    CHECK(contains(text, "TIMED_CALL(7, "));
    CHECK(contains(text, "ANSWER(4, n == BLOCKED);"));
    CHECK(contains(text, "        {T1_part_2, T2_part_2, T3_part_2},\n"));
    CHECK_FALSE(contains(text, "userfaultfd"));
}

TEST_CASE("programs of threads that cannot be in C are refused with a reason", "[emit_c]") {
    for (const std::string operation :
         {"T1: timerfd_create(CLOCK_MONOTONIC, 0) = t", "T1: kill(SIGUSR1)",
          "T1: io_uring_epoll_ctl(ep, DEL, ep, NULL)"}) {
        const Program program = parsed("T1: epoll_create1(0) = ep\n" + operation +
                                       "\nbarrier\nT2: epoll_wait(ep, 1, 0) = []\n");
        Reproducer reproducer = as_written(program);
        const auto made = emit_c(program, reproducer);
        REQUIRE(std::holds_alternative<CannotEmit>(made));
        CHECK(contains(std::get<CannotEmit>(made).what, "operation 2"));
    }
}

}  // namespace
}  // namespace epollcheck
