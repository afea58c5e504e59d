// inotify and the files that a program makes: real calls, and nothing left behind.

#include <catch2/catch.hpp>
#include <cerrno>

#include "harness/executor/test_program.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

Operation& named(TestProgram& program, Kind kind, Path path) {
    Operation& operation = program.add(kind);
    operation.number = static_cast<std::int32_t>(path);
    return operation;
}

TEST_CASE("executor: inotify tells of files that the program makes", "[executor]") {
    Executor executor;
    TestProgram program;
    const Handle i = program.create(Kind::kInotifyInit1, flag::kNonblock);
    Operation& add = named(program, Kind::kInotifyAddWatch, Path::kDirectory);
    add.fd = i;
    add.flags = watch::kCreate;
    named(program, Kind::kMknod, Path::kEntryA);
    named(program, Kind::kMknod, Path::kEntryA);
    program.read(i, 4096);
    named(program, Kind::kUnlink, Path::kEntryA);
    named(program, Kind::kTruncate, Path::kEntryA);
    program.run(executor);
    CHECK(program.result(1) == Result::of_value(1));
    CHECK(program.result(2) == Result::of_value(0));
    CHECK(program.result(3) == Result::of_error(EEXIST));
    CHECK(program.result(4) == Result::of_value(32));
    CHECK(program.result(5) == Result::of_value(0));
    CHECK(program.result(6) == Result::of_error(ENOENT));
}

TEST_CASE("executor: what a program made in the directory is gone for the next", "[executor]") {
    Executor executor;
    for (int i = 0; i < 2; ++i) {
        TestProgram program;
        named(program, Kind::kMknod, Path::kEntryB);
        program.run(executor);
        CHECK(program.result(0) == Result::of_value(0));
    }
}

TEST_CASE("executor: files of the system are not touched", "[executor]") {
    Executor executor;
    for (const Kind kind : {Kind::kMknod, Kind::kTruncate, Kind::kUnlink}) {
        TestProgram program;
        named(program, kind, Path::kDevNull);
        CHECK(program.try_run(executor));
    }
    TestProgram program;
    named(program, Kind::kUnlink, Path::kRegularFile);
    CHECK(program.try_run(executor));
}

}  // namespace
}  // namespace epollcheck
