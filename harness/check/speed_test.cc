// Tests of the speed measurement: it gives its figures. How large they are is not tested; machines
// are shared.

#include "harness/check/speed.h"

#include "harness/check/calibrate.h"
#include "harness/check/check_test_support.h"
#include "harness/check/probe_profile.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {
namespace {

TEST_CASE("speed has four figures with stable names", "[speed]") {
    InProcessTarget target;
    Calibration calibration;
    REQUIRE_FALSE(calibrate(this_machine(), calibration));
    auto probed = probe_profile(target);
    REQUIRE(std::holds_alternative<ProbedProfile>(probed));
    Judge judge(std::get<ProbedProfile>(probed).profile, calibration);
    std::vector<Figure> figures;
    REQUIRE_FALSE(measure_speed({target, judge, calibration}, 1, figures));
    REQUIRE(figures.size() == 4);
    const char* names[] = {"bare_programs_per_second", "judged_programs_per_second",
                           "judged_over_bare_ratio", "judge_ns_per_operation"};
    const char* units[] = {"1/s", "1/s", "1", "ns"};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(figures[i].name == names[i]);
        CHECK(figures[i].unit == units[i]);
        CHECK(figures[i].value > 0);
    }
}

TEST_CASE("there are no figures where the benchmark program deviates", "[speed]") {
    InProcessTarget target;
    Calibration wrong;
    REQUIRE_FALSE(calibrate(this_machine(), wrong));
    wrong.epoll_event_size = 1U << 30;  // so that its maxevents seems too large
    Judge judge(newest_profile(), wrong);
    std::vector<Figure> figures;
    const auto error = measure_speed({target, judge, wrong}, 1, figures);
    REQUIRE(error);
    CHECK(error->what.find("deviates") != std::string::npos);
    CHECK(figures.empty());
}

}  // namespace
}  // namespace epollcheck
