// Features of the machine.

#include "harness/check/features.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

TEST_CASE("features are found by name and explain themselves", "[check]") {
    for (const Feature& feature : features()) {
        INFO(feature.name);
        CHECK(feature_named(feature.name) == &feature);
        CHECK_FALSE(feature.meaning.empty());
        CHECK_FALSE(feature.missing.empty());
    }
    CHECK(feature_named("no-such-feature") == nullptr);
}

TEST_CASE("what was measured decides", "[check]") {
    Calibration calibration;
    calibration.has_epoll_pwait2 = false;
    CHECK_FALSE(feature_named("epoll_pwait2")->present(calibration));
    calibration.has_epoll_pwait2 = true;
    CHECK(feature_named("epoll_pwait2")->present(calibration));
}

TEST_CASE("a call that always fails is a missing feature", "[check]") {
    Calibration calibration;
    CHECK(feature_named("kcmp")->present(calibration));
    calibration.kcmp_error = 1;
    CHECK_FALSE(feature_named("kcmp")->present(calibration));
    calibration.unshare_error = 1;
    CHECK_FALSE(feature_named("unshare")->present(calibration));
    calibration.close_range_error = 22;  // EINVAL: it knows only this flag not
    CHECK(feature_named("close_range")->present(calibration));
    CHECK_FALSE(feature_named("close_range-cloexec")->present(calibration));
    calibration.close_range_error = 38;
    CHECK_FALSE(feature_named("close_range")->present(calibration));
    calibration.has_range_unshare = false;
    CHECK_FALSE(feature_named("close_range-unshare")->present(calibration));
    calibration.has_packet_pipes = false;
    CHECK_FALSE(feature_named("packet-pipe")->present(calibration));
}

}  // namespace
}  // namespace epollcheck
