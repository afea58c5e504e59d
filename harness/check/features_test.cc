// Features of the machine.

#include "harness/check/features.h"

#include "harness/check/calibrate.h"
#include "harness/check/check_test_support.h"
#include "harness/check/finding.h"
#include "harness/check/model_target.h"
#include "model/vocabulary/operation_table.h"

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

TEST_CASE("operations need what they cannot run without", "[check]") {
    const auto need = [](OperationKind kind, std::int32_t number = 0, std::uint32_t flags = 0) {
        Operation operation;
        operation.kind = kind;
        operation.number = number;
        operation.flags = flags;
        const Feature* const feature = need_of(operation);
        return feature == nullptr ? std::string_view() : feature->name;
    };
    CHECK(need(OperationKind::kEpollPwait2) == "epoll_pwait2");
    CHECK(need(OperationKind::kSocket, static_cast<std::int32_t>(Domain::kInet)) == "loopback");
    CHECK(need(OperationKind::kSocket, static_cast<std::int32_t>(Domain::kUnix)).empty());
    CHECK(need(OperationKind::kOpen, static_cast<std::int32_t>(Path::kBlockDevice)) ==
          "block-device");
    CHECK(need(OperationKind::kOpen, static_cast<std::int32_t>(Path::kDevNull)).empty());
    CHECK(need(OperationKind::kClone, 0, flag::kCloneFiles) == "shared-table");
    CHECK(need(OperationKind::kClone) == "fork");
    CHECK(need(OperationKind::kEpollWait).empty());
    for (int kind = 0; kind < kOperationKinds; ++kind) {  // each name is that of a feature
        const std::string_view name = need(static_cast<OperationKind>(kind));
        CHECK((name.empty() || feature_named(name) != nullptr));
    }
}

TEST_CASE("a program is not run where it needs what is missing", "[check]") {
    ModelTarget target(newest_profile());
    Calibration calibration;
    REQUIRE_FALSE(calibrate(target, calibration));
    Judge judge(newest_profile(), calibration);
    const Workbench bench{target, judge, calibration};
    const Program plain = program_of("epoll_create1(0) = ep\nclose(ep) = 0\n");
    const Program needy = program_of("epoll_create1(0) = ep\nfdinfo(ep) = []\n");
    calibration.has_proc = true;
    CHECK(reason_not_to_run(bench, needy.operations).empty());
    calibration.has_proc = false;
    CHECK(reason_not_to_run(bench, plain.operations).empty());
    CHECK(reason_not_to_run(bench, needy.operations) == feature_named("proc")->missing);
}

}  // namespace
}  // namespace epollcheck
