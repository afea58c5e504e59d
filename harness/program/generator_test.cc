// Tests of the random generator: programs are repeatable, within limits, of all kinds, and made of
// what the weights list.

#include "harness/program/generator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>

#include "harness/program/generator_weights.h"

namespace epollcheck {
namespace {

constexpr GeneratorLimits kLimits{5, 40};

template <class Visit>
void for_each_program(int count, Visit visit) {
    Generator generator(11, kLimits);
    Program program;
    for (int i = 0; i < count; ++i) {
        generator.generate(program);
        visit(program);
    }
}

/// Adds the kinds of one table of weights, which lists each of them once.
template <std::size_t N>
void add_kinds(const generator_weights::KindWeight (&table)[N], std::set<OperationKind>& kinds) {
    std::set<OperationKind> once;
    for (const auto& entry : table) {
        CHECK(entry.weight > 0);
        CHECK(once.insert(entry.kind).second);
    }
    kinds.merge(once);
}

TEST_CASE("the same seed gives the same programs", "[generator]") {
    Generator first(42, kLimits);
    Generator second(42, kLimits);
    Program left;
    for (int i = 0; i < 200; ++i) {
        Program right;  // the first generator uses its memory again
        first.generate(left);
        second.generate(right);
        REQUIRE(left.operations == right.operations);
        REQUIRE(left.handles == right.handles);
    }
}

TEST_CASE("different seeds give different programs", "[generator]") {
    Program left;
    Program right;
    Generator(1, {30, 30}).generate(left);
    Generator(2, {30, 30}).generate(right);
    CHECK_FALSE(left.operations == right.operations);
}

TEST_CASE("programs are as long as asked for, and all lengths occur", "[generator]") {
    std::set<std::size_t> sizes;
    for_each_program(3000,
                     [&](const Program& program) { sizes.insert(program.operations.size()); });
    CHECK(*sizes.begin() == kLimits.min_operations);
    CHECK(*sizes.rbegin() == kLimits.max_operations);
    CHECK(sizes.size() == kLimits.max_operations - kLimits.min_operations + 1);
    Program fixed;
    Generator(3, {17, 17}).generate(fixed);
    CHECK(fixed.operations.size() == 17);
}

TEST_CASE("programs keep to the limits of programs", "[generator]") {
    Generator generator(5, {900, kMaxOperations});
    Program program;
    for (int i = 0; i < 20; ++i) {
        generator.generate(program);
        CHECK(program.operations.size() <= kMaxOperations);
        CHECK(program.handles.size() <= kMaxHandles);
        const auto handles = static_cast<std::int16_t>(program.handles.size());
        for (const Operation& operation : program.operations) {
            REQUIRE(operation.fd.handle < handles);
            REQUIRE(operation.other_fd.handle < handles);
            REQUIRE(operation.bound[0] < handles);
            REQUIRE(operation.bound[1] < handles);
            REQUIRE(operation.thread == 0);
        }
    }
}

TEST_CASE("a program starts with an instance, and its handles have different names",
          "[generator]") {
    for_each_program(200, [](const Program& program) {
        CHECK(program.operations[0].kind == OperationKind::kEpollCreate1);
        const std::set<std::string> names(program.handles.begin(), program.handles.end());
        CHECK(names.size() == program.handles.size());
        CHECK(names.count("") == 0);
    });
}

TEST_CASE("every kind of operation with a weight occurs, and no other", "[generator]") {
    std::set<OperationKind> seen;
    for_each_program(20000, [&](const Program& program) {
        for (const Operation& operation : program.operations) {
            seen.insert(operation.kind);
        }
    });
    std::set<OperationKind> listed;
    add_kinds(generator_weights::kKinds, listed);
    add_kinds(generator_weights::kOpenings, listed);
    add_kinds(generator_weights::kWatchKinds, listed);
    add_kinds(generator_weights::kChildKinds, listed);
    add_kinds(generator_weights::kTimerKinds, listed);
    add_kinds(generator_weights::kInetKinds, listed);
    add_kinds(generator_weights::kProcessCalls, listed);
    add_kinds(generator_weights::kSignalKinds, listed);
    add_kinds(generator_weights::kTerminalKinds, listed);
    add_kinds(generator_weights::kRingKinds, listed);
    listed.insert(OperationKind::kAnnounce);
    CHECK(seen == listed);
}

TEST_CASE("transfers have the lengths of the palette", "[generator]") {
    std::set<std::uint32_t> seen;
    for_each_program(3000, [&](const Program& program) {
        for (const Operation& operation : program.operations) {
            seen.insert(operation.length);
        }
    });
    std::set<std::uint32_t> palette(std::begin(generator_weights::kLengths),
                                    std::end(generator_weights::kLengths));
    palette.insert(0);
    CHECK(std::includes(seen.begin(), seen.end(), palette.begin(), palette.end()));
    // Reads of some kinds of file and transfers over the network are too rare here for each of
    // their lengths to occur.
    palette.insert(std::begin(generator_weights::kInetLengths),
                   std::end(generator_weights::kInetLengths));
    palette.insert(std::begin(generator_weights::kNoticeLengths),
                   std::end(generator_weights::kNoticeLengths));
    palette.insert(std::begin(generator_weights::kSignalLengths),
                   std::end(generator_weights::kSignalLengths));
    CHECK(std::includes(palette.begin(), palette.end(), seen.begin(), seen.end()));
}

TEST_CASE("no generated operation waits longer than a test has time", "[generator]") {
    for_each_program(3000, [](const Program& program) {
        for (const Operation& operation : program.operations) {
            REQUIRE(operation.timeout_ms <= 1);
            REQUIRE((operation.timeout_ms >= 0 || operation.arriving != 0));  // which ends it
            REQUIRE(operation.timeout_seconds == 0);
            const bool short_or_wrong = operation.timeout_nanoseconds <= 1'000'000 ||
                                        operation.timeout_nanoseconds >= 1'000'000'000;
            REQUIRE(short_or_wrong);
        }
    });
}

}  // namespace
}  // namespace epollcheck
