// Tests of profile probing, on the kernel that runs them.

#include "harness/check/probe_profile.h"

#include <algorithm>

#include "harness/check/check_test_support.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {
namespace {

ProbedProfile probe_here() {
    InProcessTarget target;
    auto probed = probe_profile(target);
    if (const auto* error = std::get_if<HarnessError>(&probed)) {
        FAIL(error->what);
    }
    return std::get<ProbedProfile>(probed);
}

TEST_CASE("the running kernel has a profile", "[probe]") {
    const ProbedProfile found = probe_here();
    CHECK(found.profile.name == "probed");
    CHECK(found.probed.size() >= 7);
    for (const ProbedDifference& difference : found.probed) {
        CAPTURE(version_info(difference.difference).id);
        CHECK(found.profile.has(difference.difference) == difference.present);
    }
}

TEST_CASE("no difference is probed twice, and what is not probed is as in the newest profile",
          "[probe]") {
    const ProbedProfile found = probe_here();
    std::uint64_t probed = 0;
    for (const ProbedDifference& difference : found.probed) {
        const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(difference.difference);
        CHECK((probed & bit) == 0);
        probed |= bit;
    }
    CHECK((found.profile.differences & ~probed) == (newest_profile().differences & ~probed));
}

TEST_CASE("probing twice finds the same", "[probe]") {
    CHECK(probe_here().profile == probe_here().profile);
}

}  // namespace
}  // namespace epollcheck
