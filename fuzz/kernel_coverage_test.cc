// Tests of kernel coverage: how a trace becomes counters, and that nothing happens where there is
// no KCOV. No kernel with KCOV takes part.

#include "fuzz/kernel_coverage.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

namespace epollcheck {

namespace {

using Counters = std::array<std::uint8_t, 256>;

std::size_t counted(const std::vector<std::uint64_t>& trace, Counters& counters) {
    note_kernel_trace(trace, counters);
    return static_cast<std::size_t>(std::ranges::count(counters, 1));
}

}  // namespace

TEST_CASE("each address of a trace has its counter") {
    Counters counters = {};
    CHECK(counted({3, 0xffffffff81000000, 0xffffffff81000040, 0xffffffff81000000}, counters) == 2);
    const Counters before = counters;
    CHECK(counted({1, 0xffffffff81000040}, counters) == 2);  // the same address, the same counter
    CHECK(counters == before);
}

TEST_CASE("what is behind the end of a trace does not count") {
    Counters counters = {};
    CHECK(counted({}, counters) == 0);
    CHECK(counted({0, 1, 2, 3}, counters) == 0);
    CHECK(counted({1, 10, 20, 30}, counters) == 1);
    CHECK(counted({1'000'000, 10}, counters) == 1);  // more than there is room for
}

TEST_CASE("without KCOV nothing is counted") {
    for (const char* const device : {"/nowhere/kcov", "/dev/null"}) {
        KernelCoverage coverage(device);
        CHECK_FALSE(coverage.is_on());
        coverage.begin();
        coverage.end();
    }
    CHECK(std::ranges::count(KernelCoverage::counters(), 0) ==
          std::ssize(KernelCoverage::counters()));
}

}  // namespace epollcheck
