// Tests of the three-way check: that each pair that can disagree is told apart, with wrong
// expectations and wrong traces made by hand.

#include "harness/check/case_check.h"

#include "harness/check/check_test_support.h"

namespace epollcheck {
namespace {

struct Checked {
    explicit Checked(std::string_view text, const Profile& with_profile = newest_profile())
        : program(program_of(text)),
          calibration(calibration_of_generator()),
          judge(with_profile, calibration) {}

    std::vector<Disagreement> with_model() { return compare_with_model(program, judge); }
    std::vector<Disagreement> with_trace(const Trace& trace) {
        return compare_with_trace(program, trace, judge.profile());
    }

    Program program;
    Calibration calibration;
    Judge judge;
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

constexpr const char* kRight = R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN, 7}) = 0
epoll_wait(ep, 16, 0) = [7:IN]
)";

TEST_CASE("a right case agrees with the model and with a right trace", "[case]") {
    Checked checked(kRight);
    CHECK(checked.with_model().empty());
    CHECK(checked.with_trace(checked.judge.predict(checked.program.operations)).empty());
}

TEST_CASE("a wrong expectation disagrees with the model and with the target", "[case]") {
    Checked checked(R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = e
epoll_ctl(ep, ADD, e, {IN, 7}) = 0
epoll_wait(ep, 16, 0) = [8:IN]
)");
    const auto with_model = checked.with_model();
    REQUIRE_FALSE(with_model.empty());
    for (const Disagreement& found : with_model) {
        CHECK(found.pair == Disagreeing::kExpectationAndModel);
        CHECK(found.step == 3);
    }
    CHECK(contains(with_model[0].text, "[8:IN] is written down, the model answers [7:IN]"));
    const auto with_trace = checked.with_trace(checked.judge.predict(checked.program.operations));
    REQUIRE(with_trace.size() == 1);
    CHECK(with_trace[0].pair == Disagreeing::kExpectationAndTarget);
    CHECK(with_trace[0].step == 3);
    CHECK(with_trace[0].text == "[8:IN] is written down, the target answers [7:IN]");
}

TEST_CASE("a deviating target disagrees with the expectation and with the model", "[case]") {
    Checked checked(kRight);
    Trace lying = checked.judge.predict(checked.program.operations);
    Trace trace;
    for (std::size_t i = 0; i < 3; ++i) {
        trace.append(lying[i].result, lying[i].events);
    }
    trace.append(Result::of_events(0), {});
    CHECK(checked.with_model().empty());
    const auto with_trace = checked.with_trace(trace);
    REQUIRE(with_trace.size() == 1);
    CHECK(with_trace[0].text == "[7:IN] is written down, the target answers []");
    const Judgement judgement =
        checked.judge.judge(checked.program.operations, trace, Tier::kExact);
    CHECK(judgement.verdict == Verdict::kDeviates);
}

TEST_CASE("a wrong model disagrees with the expectation and with the target", "[case]") {
    const char* text = "epoll_wait(-1, 0, 0) = EBADF\n";
    Checked checked(text, profile_named("linux-6.12").value());
    Trace trace;
    trace.append(Result::of_error(9), {});
    CHECK(checked.with_trace(trace).empty());
    REQUIRE_FALSE(checked.with_model().empty());
    CHECK(contains(checked.with_model()[0].text, "the model answers EINVAL"));
    CHECK_FALSE(checked.judge.conforms(checked.program.operations, trace));
}

TEST_CASE("all that the tier of a case allows has to be written down", "[case]") {
    constexpr const char* kTwoReady = R"(
epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
epoll_ctl(ep, ADD, a, {IN, 1}) = 0
epoll_ctl(ep, ADD, b, {IN, 2}) = 0
)";
    const auto disagreements = [&](const std::string& tier, const std::string& wait) {
        return Checked("tier: " + tier + "\n" + kTwoReady + wait + "\n").with_model();
    };
    const std::string one = "epoll_wait(ep, 16, 0) = [1:IN, 2:IN]";
    const std::string both = one + " or [2:IN, 1:IN]";
    CHECK(disagreements("linux", one).empty());
    CHECK(disagreements("contract", both).empty());
    const auto missing = disagreements("contract", one);
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].text == "tier contract also allows [2:IN, 1:IN], which is not written down");
    const auto surplus = disagreements("linux", both);
    REQUIRE(surplus.size() == 1);
    CHECK(surplus[0].text == "[2:IN, 1:IN] is written down, but tier linux forbids it");
}

TEST_CASE("every written path of a case is followed", "[case]") {
    // After either order of the first batch the second one must come in the other half.
    Checked checked(R"(tier: contract

epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
epoll_ctl(ep, ADD, a, {IN|ONESHOT, 1}) = 0
epoll_ctl(ep, ADD, b, {IN|ONESHOT, 2}) = 0
epoll_wait(ep, 1, 0) = [1:IN] or [2:IN]
epoll_wait(ep, 1, 0) = [2:IN] or [1:IN]
epoll_wait(ep, 1, 0) = []
)");
    CHECK(checked.with_model().empty());
    Checked narrow(R"(tier: contract

epoll_create1(0) = ep
eventfd(1, EFD_NONBLOCK) = a
eventfd(1, EFD_NONBLOCK) = b
epoll_ctl(ep, ADD, a, {IN|ONESHOT, 1}) = 0
epoll_ctl(ep, ADD, b, {IN|ONESHOT, 2}) = 0
epoll_wait(ep, 1, 0) = [1:IN] or [2:IN]
epoll_wait(ep, 1, 0) = [2:IN]
)");
    const auto missing = narrow.with_model();
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].step == 6);
    CHECK(contains(missing[0].text, "tier contract also allows [1:IN]"));
}

TEST_CASE("a condition makes an answer count on some kernels only", "[case]") {
    const char* text = "epoll_wait(-1, 0, 0) = EBADF if V-45 or EINVAL if not V-45\n";
    for (const Profile& profile : named_profiles()) {
        CAPTURE(profile.name);
        Checked checked(text, profile);
        const Annotation& annotation = checked.program.annotations[0];
        const bool fresh = profile.has(VersionDifference::kV45);
        const Observation bad_descriptor{Result::of_error(9), {}};
        const Observation invalid{Result::of_error(22), {}};
        CHECK(checked.with_model().empty());
        CHECK(is_expected(annotation, bad_descriptor, profile) == fresh);
        CHECK(is_expected(annotation, invalid, profile) == !fresh);
    }
}

TEST_CASE("an operation without a written answer expects nothing", "[case]") {
    Checked checked("epoll_create1(0) = ep\nepoll_wait(ep, 0, 0)\n");
    CHECK(checked.with_model().empty());
    Trace trace;
    trace.append(Result::of_descriptor(5), {});  // text says "some descriptor"
    trace.append(Result::of_value(99), {});
    CHECK(checked.with_trace(trace).empty());
}

TEST_CASE("a case that the model cannot follow is told", "[case]") {
    Checked checked(R"(
socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [a, b]) = 0
write(a, 12345) = 12345
)");
    const auto found = checked.with_model();
    REQUIRE(found.size() == 1);
    CHECK(found[0].step == 1);
    CHECK(contains(found[0].text, "cannot follow"));
}

TEST_CASE("the pairs have names", "[case]") {
    CHECK(disagreeing_name(Disagreeing::kExpectationAndModel) == "expectation and model");
    CHECK(disagreeing_name(Disagreeing::kExpectationAndTarget) == "expectation and target");
    CHECK(disagreeing_name(Disagreeing::kModelAndTarget) == "model and target");
}

}  // namespace
}  // namespace epollcheck
