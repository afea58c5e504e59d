// What the executor does to the process around it, and what that process may do to the executor.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "harness/executor/executor.h"
#include "harness/executor/test_program.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

/// A program that leaves descriptors of all sorts behind, some on unusual numbers.
TestProgram untidy_program() {
    TestProgram program;
    const Handle ep = program.epoll();
    const auto [r, w] = program.pipe();
    program.control(ep, kCtlAdd, r, event::kIn, 1);
    program.close(r);
    program.create_pair(Kind::kSocketpair, flag::kStream);
    program.add(Kind::kDup2, w).other_fd = literal(700);
    program.add(Kind::kDup2, w).other_fd = literal(702);
    program.open(Path::kFifo, flag::kNonblock);
    program.open(Path::kDirectory, 0);
    program.add(Kind::kMemfdCreate);  // not even a handle knows it
    program.epoll();
    return program;
}

TEST_CASE("a program leaves no descriptor behind", "[executor]") {
    const int before_all = count_open_descriptors();
    {
        Executor executor;
        const int before = count_open_descriptors();
        TestProgram program = untidy_program();
        for (int i = 0; i < 5; ++i) {
            program.run(executor);
            CHECK(count_open_descriptors() == before);
            CHECK(program.result(0) == Result::of_descriptor(0));
            CHECK(program.result(5).slots[0] > 0);
        }
    }
    CHECK(count_open_descriptors() == before_all);
}

TEST_CASE("a program leaves no file behind", "[executor]") {
    const std::filesystem::path parent =
        std::filesystem::temp_directory_path() / ("executor-test-" + std::to_string(getpid()));
    std::filesystem::create_directory(parent);
    const char* const old = std::getenv("TMPDIR");
    const std::string old_value = old == nullptr ? "" : old;
    setenv("TMPDIR", parent.c_str(), 1);
    {
        Executor executor;
        CHECK(std::filesystem::is_empty(parent));  // made only when a program wants it
        TestProgram program = untidy_program();
        program.run(executor);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(parent)) {
            CHECK(entry.path().parent_path() == parent);  // only the directory itself
        }
    }
    CHECK(std::filesystem::is_empty(parent));
    std::filesystem::remove(parent);
    old == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", old_value.c_str(), 1);
}

TEST_CASE("a missing temporary directory is said to be the problem", "[executor]") {
    const char* const old = std::getenv("TMPDIR");
    const std::string old_value = old == nullptr ? "" : old;
    setenv("TMPDIR", "/nonexistent/directory", 1);
    {
        Executor executor;
        TestProgram program;
        program.open(Path::kFifo, flag::kNonblock);
        const auto error = program.try_run(executor);
        REQUIRE(error);
        CHECK(error->what.find("TMPDIR") != std::string::npos);
    }
    old == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", old_value.c_str(), 1);
}

TEST_CASE("slots stay right when the process closes or opens descriptors", "[executor]") {
    const int own[] = {open("/dev/null", O_RDONLY), open("/dev/null", O_RDONLY)};
    Executor executor;
    TestProgram program;
    program.pipe();
    program.epoll();
    program.run(executor);

    close(own[0]);  // a hole below the base
    program.run(executor);
    CHECK(program.result(0) == Result::of_descriptor(0, 1));
    CHECK(program.result(1) == Result::of_descriptor(2));

    const int late = open("/dev/zero", O_RDONLY);  // takes the number of slot 0
    program.run(executor);
    CHECK(program.result(0) == Result::of_descriptor(0, 1));
    CHECK(program.result(1) == Result::of_descriptor(2));
    CHECK(fcntl(late, F_GETFD) == 0);  // it was not closed with the program's descriptors
    close(late);
    close(own[1]);
}

TEST_CASE("two executors in one process do not disturb each other", "[executor]") {
    Executor first;
    TestProgram program = untidy_program();
    {
        Executor second;
        program.run(second);
        program.run(first);
        CHECK(program.result(0) == Result::of_descriptor(0));
    }
    program.run(first);
    CHECK(program.result(0) == Result::of_descriptor(0));
}

TEST_CASE("what cannot be run is an error and not an answer", "[executor]") {
    Executor executor;
    SECTION("a descriptor of the process itself") {
        TestProgram program;
        program.close(literal(2));
        const auto error = program.try_run(executor);
        REQUIRE(error);
        CHECK(error->what.find("number 2,") != std::string::npos);
    }
    SECTION("several threads") {
        TestProgram program;
        program.epoll();
        program.add(Kind::kBarrier).thread = 1;
        const auto error = program.try_run(executor);
        REQUIRE(error);
        CHECK(error->what.find("operation 2 (barrier) runs in thread T2") != std::string::npos);
    }
    SECTION("a transfer that is too large") {
        TestProgram program;
        program.write(program.eventfd(0), kMaxTransfer + 1);
        CHECK(program.try_run(executor));
    }
    SECTION("a handle that does not exist") {
        TestProgram program;
        program.close(Handle{3});
        CHECK(program.try_run(executor));
    }
    // The executor is none the worse for it.
    TestProgram good;
    good.epoll();
    good.run(executor);
    CHECK(good.result(0) == Result::of_descriptor(0));
}

/// Runs `test` in a child, where limits can be lowered, and returns its exit status.
template <class Test>
int in_child(Test test) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(test());
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void limit_descriptors(rlim_t limit) {
    const rlimit lower = {limit, limit};
    setrlimit(RLIMIT_NOFILE, &lower);
}

bool mentions_limit(const std::optional<HarnessError>& error) {
    return error && error->what.find("ulimit -n") != std::string::npos;
}

TEST_CASE("a low limit of open files is said to be the problem", "[executor]") {
    SECTION("when the executor starts") {
        const int status = in_child([] {
            limit_descriptors(20);
            Executor executor;
            TestProgram program;
            program.epoll();
            return mentions_limit(executor.setup_error()) &&
                           mentions_limit(program.try_run(executor))
                       ? 0
                       : 1;
        });
        CHECK(status == 0);
    }
    SECTION("but not when only numbers beyond it are taken") {
        const int status = in_child([] {
            dup2(STDERR_FILENO, 255);
            limit_descriptors(120);
            Executor executor;
            TestProgram program;
            program.epoll();
            return program.try_run(executor) ? 1 : 0;
        });
        CHECK(status == 0);
    }
    SECTION("when a program needs more") {
        const int status = in_child([] {
            Executor executor;
            limit_descriptors(120);
            TestProgram program;
            for (int i = 0; i < 200; ++i) {
                program.epoll();
            }
            return !executor.setup_error() && mentions_limit(program.try_run(executor)) ? 0 : 1;
        });
        CHECK(status == 0);
    }
}

TEST_CASE("a limit of descriptors ends with its program", "[executor]") {
    rlimit before = {};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    Executor executor;
    TestProgram program;
    program.epoll();
    program.add(Kind::kLimitDescriptors).number = 1;
    program.epoll();
    program.run(executor);
    CHECK(program.result(0) == Result::of_descriptor(0));
    CHECK(program.result(2) == Result::of_error(EMFILE));
    rlimit after = {};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &after) == 0);
    CHECK(after.rlim_cur == before.rlim_cur);
}

TEST_CASE("an executor goes on in a forked child", "[executor]") {
    Executor executor;
    TestProgram program;
    program.read_number(program.eventfd(0, 0));
    program.run(executor);
    const int status = in_child([&] {
        const bool ran = !program.try_run(executor);
        return ran && program.result(1) == Result::blocked() ? 0 : 1;
    });
    CHECK(status == 0);
}

}  // namespace
}  // namespace epollcheck
