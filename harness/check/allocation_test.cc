// The fast path allocates nothing: stepping and judging at tier exact is what fuzzing does millions
// of times. This file replaces operator new of the whole test program by one that counts.

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "harness/check/check_test_support.h"
#include "harness/program/generator.h"

namespace {

thread_local long allocations = 0;

void* counted(std::size_t size) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}

void* counted_or_throw(std::size_t size) {
    if (void* memory = counted(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace

// All forms but the aligned ones, which nothing here uses: sanitizers want each delete to belong to
// its new.
void* operator new(std::size_t size) { return counted_or_throw(size); }
void* operator new[](std::size_t size) { return counted_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace epollcheck {
namespace {

TEST_CASE("the counter counts", "[allocation]") {
    const long before = allocations;
    delete new int(1);
    std::vector<int>(10).swap(*std::make_unique<std::vector<int>>());
    CHECK(allocations - before >= 2);
}

TEST_CASE("a step at tier exact allocates nothing", "[allocation]") {
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    BeliefSet belief(judge.settings(Tier::kExact));
    Generator generator(3, {20, 60});
    Program program;
    long allocated = 0;
    std::size_t steps = 0;
    int inconclusive = 0;
    for (int i = 0; i < 1000; ++i) {
        generator.generate(program);
        const Trace sure = judge.predict(program.operations);
        StepVerdict verdict = StepVerdict::kAllowed;
        const long before = allocations;
        belief.restart();
        for (std::size_t step = 0; step < sure.size() && verdict == StepVerdict::kAllowed; ++step) {
            verdict = belief.step(program.operations[step], sure[step]);
        }
        const bool conforms = judge.conforms(program.operations, sure);
        allocated += allocations - before;
        REQUIRE(verdict != StepVerdict::kForbidden);
        REQUIRE((conforms || verdict == StepVerdict::kInconclusive));
        inconclusive += verdict == StepVerdict::kInconclusive ? 1 : 0;
        steps += sure.size();
    }
    CHECK(steps > 20'000);
    CHECK(inconclusive < 30);  // more is under way than the judge follows
    CHECK(allocated == 0);
}

TEST_CASE("a step at a looser tier allocates nothing either", "[allocation]") {
    const Calibration calibration = calibration_of_generator();
    Judge judge(newest_profile(), calibration);
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        BeliefSet belief(judge.settings(tier));
        Generator generator(4, {20, 60});
        Program program;
        long allocated = 0;
        for (int i = 0; i < 200; ++i) {
            generator.generate(program);
            const Trace sure = judge.predict(program.operations);
            const long before = allocations;
            belief.restart();
            for (std::size_t step = 0; step < sure.size(); ++step) {
                if (belief.step(program.operations[step], sure[step]) != StepVerdict::kAllowed) {
                    break;
                }
            }
            allocated += allocations - before;
        }
        CHECK(allocated == 0);
    }
}

TEST_CASE("a generator that is used again allocates next to nothing", "[allocation]") {
    Generator generator(5, {5, 40});
    Program program;
    for (int i = 0; i < 1000; ++i) {
        generator.generate(program);
    }
    const long before = allocations;
    for (int i = 0; i < 1000; ++i) {
        generator.generate(program);
    }
    CHECK(allocations - before < 100);
}

}  // namespace
}  // namespace epollcheck
