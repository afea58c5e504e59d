// Tests of the properties that need no model, on histories that break one each.

#include "stress/history/properties.h"

#include <catch2/catch.hpp>

#include "stress/history/history_test_support.h"

namespace epollcheck {
namespace {

/// The id of the rule that is broken, or "".
std::string broken_by(const std::string& text) {
    static const Calibration calibration = round_calibration();
    const Profile profile = *profile_named("linux-6.18");
    const WrittenHistory history = written_history(text, {Tier::kExact, &profile, &calibration});
    const auto broken = broken_property(history.program.operations, history.trace);
    return broken ? std::string(rule_info(broken->rule).id) : "";
}

std::string with_flags(const std::string& flags) {
    return "T1: epoll_create1(0) = ep\n"
           "T1: eventfd(1, EFD_NONBLOCK) = e\n"
           "T1: epoll_ctl(ep, ADD, e, {" +
           flags + ", 1})\nbarrier\n";
}

TEST_CASE("R-F11: an event belongs to an arming that had begun, and to its bits") {
    CHECK(broken_by(with_flags("IN") + "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 1 2\n").empty());
    CHECK(broken_by(with_flags("IN") + "T2: epoll_wait(ep, 8, 0) = [1:HUP]  # 1 2\n").empty());
    CHECK(broken_by(with_flags("IN") + "T2: epoll_wait(ep, 8, 0) = [7:IN]  # 1 2\n") == "R-F11");
    CHECK(broken_by(with_flags("IN") + "T2: epoll_wait(ep, 8, 0) = [1:OUT]  # 1 2\n") == "R-F11");
    CHECK(broken_by(with_flags("IN") + "T2: epoll_wait(ep, 8, 0) = [2:IN]  # 1 2\n"
                                       "T1: epoll_ctl(ep, MOD, e, {IN, 2}) = 0  # 3 4\n") ==
          "R-F11");
}

TEST_CASE("R-F12: an arming that was over before a wait began is not reported") {
    for (const std::string end : {"DEL, e, NULL)", "MOD, e, {IN, 2})"}) {
        CHECK(broken_by(with_flags("IN") + "T1: epoll_ctl(ep, " + end +
                        " = 0  # 1 3\n"
                        "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 2 4\n")
                  .empty());
        CHECK(broken_by(with_flags("IN") + "T1: epoll_ctl(ep, " + end +
                        " = 0  # 1 2\n"
                        "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 3 4\n") == "R-F12");
    }
}

TEST_CASE("R-F15: a ONESHOT arming is delivered once") {
    const std::string twice =
        "T2: epoll_wait(ep, 8, 0) = [1:IN]  # 1 3\n"
        "T3: epoll_wait(ep, 8, 0) = [1:IN]  # 2 4\n";
    CHECK(broken_by(with_flags("IN|ONESHOT") + twice) == "R-F15");
    CHECK(broken_by(with_flags("IN") + twice).empty());
}

TEST_CASE("R-F16: a batch has no item twice and is not too long") {
    CHECK(broken_by(with_flags("IN") + "T2: epoll_wait(ep, 8, 0) = [1:IN, 1:IN]  # 1 2\n") ==
          "R-F16");
    CHECK(broken_by(with_flags("IN") + "T1: epoll_ctl(ep, ADD, ep, {IN, 2}) = 0  # 1 2\n"
                                       "T2: epoll_wait(ep, 1, 0) = [1:IN, 2:IN]  # 3 4\n") ==
          "R-F16");
}

}  // namespace
}  // namespace epollcheck
