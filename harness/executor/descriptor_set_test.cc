// Sets of descriptors for select: that they have no limit of their own, and neither has the kernel.

#include "harness/executor/descriptor_set.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "harness/executor/system_calls.h"

namespace epollcheck {
namespace {

TEST_CASE("a set has what was added, until it is cleared", "[executor]") {
    DescriptorSet set;
    set.clear(200);
    set.add(0);
    set.add(64);
    CHECK(set.has(0));
    CHECK(set.has(64));
    CHECK_FALSE(set.has(63));
    CHECK_FALSE(set.has(128));
    set.clear(200);
    CHECK_FALSE(set.has(64));
}

// The fd_set of the C library ends at FD_SETSIZE, the system call does not (docs/myths.md).
TEST_CASE("select takes descriptors beyond FD_SETSIZE", "[executor]") {
    rlimit limit = {};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    constexpr int kBeyond = FD_SETSIZE + 100;
    const rlimit before = limit;
    limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, kBeyond + 100);
    if (limit.rlim_cur > limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        WARN("not shown: this process may not open " << kBeyond << " descriptors");
        return;
    }
    const int ready = eventfd(1, EFD_CLOEXEC);
    const int high = fcntl(ready, F_DUPFD_CLOEXEC, kBeyond);
    REQUIRE(high >= kBeyond);
    DescriptorSet set;
    set.clear(high + 1);
    set.add(high);
    CHECK(system_call::select_now(high + 1, set.data(), nullptr, nullptr) == 1);
    CHECK(set.has(high));
    close(high);
    close(ready);
    setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace epollcheck
