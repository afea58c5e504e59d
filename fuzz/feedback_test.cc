// Tests of the feedback: what a run reaches sets counters, the same run no new ones, and another
// one new ones.

#include "fuzz/feedback.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "fuzz/no_findings.h"
#include "fuzz/novelty.h"
#include "fuzz/program_bytes.h"
#include "fuzz/sequential_subject.h"
#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"
#include "harness/program/parser.h"

namespace epollcheck {

namespace {

wire::Bytes bytes_of(const std::string& text) {
    auto program = std::get<Program>(parse_program(text, "text"));
    make_lawful(program, Reach::kModel);
    return bytes_of_program(program);
}

const char* const kOneEvent =
    "epoll_create1(0) = ep\neventfd(1, EFD_NONBLOCK) = e\n"
    "epoll_ctl(ep, ADD, e, {IN, 1})\nepoll_wait(ep, 16, 0)\n";

/// Remembers what it hears.
class Remembering final : public NoFindings {
public:
    void deviation(const Program&, const Trace&, const Judgement&) override { ++deviations; }

    int deviations = 0;
};

}  // namespace

TEST_CASE("what a program reaches is new once") {
    Novelty novelty(Feedback::kCounters);
    CHECK(novelty.is_new(bytes_of(kOneEvent)));
    CHECK_FALSE(novelty.is_new(bytes_of(kOneEvent)));
    CHECK(novelty.is_new(bytes_of(std::string(kOneEvent) + "close(e)\nepoll_wait(ep, 16, 0)\n")));
    CHECK_FALSE(novelty.is_new(bytes_of("epoll_create1(0) = ep\n")));
}

TEST_CASE("rules and classes of worlds are counted over runs") {
    const auto reached = std::make_unique<Reached>();
    Remembering listener;
    Calibration calibration;
    ModelTarget target(named_profiles().back());
    REQUIRE_FALSE(calibrate(target, calibration));
    Judge judge(named_profiles().back(), calibration);
    SequentialSubject subject({target, judge, calibration}, Tier::kExact, Reach::kModel,
                              reached.get(), listener);
    CHECK(subject.run(bytes_of(kOneEvent)) == Outcome::kConforms);
    CHECK(subject.operations() == 4);
    const auto classes = reached->count_classes();
    CHECK(classes >= 3);
    CHECK(reached->rule_set().contains(Rule::kD15));
    subject.run(bytes_of(kOneEvent));
    CHECK(reached->count_classes() == classes);
    CHECK(listener.deviations == 0);
}

TEST_CASE("a defect of the model is heard of") {
    Remembering listener;
    Calibration calibration;
    ModelTarget target(named_profiles().back(), Defect::kEdgeIsLevel);
    REQUIRE_FALSE(calibrate(target, calibration));
    Judge judge(named_profiles().back(), calibration);
    SequentialSubject subject({target, judge, calibration}, Tier::kExact, Reach::kModel, nullptr,
                              listener);
    CHECK(subject.run(bytes_of(kOneEvent)) == Outcome::kConforms);
    CHECK(subject.run(bytes_of("epoll_create1(0) = ep\neventfd(1, EFD_NONBLOCK) = e\n"
                               "epoll_ctl(ep, ADD, e, {IN|ET, 1})\nepoll_wait(ep, 16, 0)\n"
                               "epoll_wait(ep, 16, 0)\n")) == Outcome::kFinding);
    CHECK(listener.deviations == 1);
}

}  // namespace epollcheck
