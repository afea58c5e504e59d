// The model as a target answers like the model, and with a defect like the defective one.

#include "harness/check/model_target.h"

#include "harness/check/calibrate.h"
#include "harness/check/check_test_support.h"
#include "harness/check/defective_model.h"

namespace epollcheck {
namespace {

Defect defect_of(std::string_view name) {
    const auto defect = model_target_defect(name);
    REQUIRE(std::holds_alternative<Defect>(defect));
    return std::get<Defect>(defect);
}

TEST_CASE("the model and its defects are named as targets", "[target]") {
    CHECK(is_model_target("model"));
    CHECK(is_model_target("model:D-01"));
    CHECK_FALSE(is_model_target("models"));
    CHECK_FALSE(is_model_target("in-process"));
    CHECK(defect_of("model") == Defect::kNone);
    CHECK(defect_of("model:D-01") == Defect::kEdgeIsLevel);
    CHECK(defect_of("model:EdgeIsLevel") == Defect::kEdgeIsLevel);
    const auto wrong = model_target_defect("model:EdgeIsLevl");
    REQUIRE(std::holds_alternative<std::string>(wrong));
    CHECK(std::get<std::string>(wrong) ==
          "there is no defect 'EdgeIsLevl'; did you mean 'EdgeIsLevel'?");
    CHECK(std::holds_alternative<std::string>(model_target_defect("model:")));
    CHECK(model_target_title(Defect::kNone) == "the model itself");
    CHECK(model_target_title(Defect::kEdgeIsLevel).find("D-01 EdgeIsLevel") != std::string::npos);
}

TEST_CASE("the model answers as it predicts, and a defect as the defective model", "[target]") {
    const Program program = program_of(
        "epoll_create1(0) = ep\nsocketpair(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK, [a, b])\n"
        "epoll_ctl(ep, ADD, b, {IN|ET, 7})\nwrite(a, 100)\nepoll_wait(ep, 16, 0)\n"
        "epoll_wait(ep, 16, 0)\n");
    const Defect defect = GENERATE(Defect::kNone, Defect::kEdgeIsLevel);
    ModelTarget target(newest_profile(), defect);
    Calibration calibration;
    REQUIRE_FALSE(calibrate(target, calibration));
    REQUIRE_FALSE(calibrate_for(target, program.operations, calibration));
    Judge judge(newest_profile(), calibration);
    ProgramRun run;
    const ProgramToRun to_run{program.operations, static_cast<int>(program.handles.size())};
    target.run_batch({&to_run, 1}, {&run, 1});
    REQUIRE_FALSE(run.error);
    CHECK_FALSE(run.disagreement);
    CHECK(run.trace == defective_trace(program.operations, defect, judge));
    CHECK(judge.conforms(program.operations, run.trace) == (defect == Defect::kNone));
}

TEST_CASE("what the model cannot follow is no answer", "[target]") {
    ModelTarget target(newest_profile());
    const Program program =
        program_of("pipe2([r, w], O_NONBLOCK)\nfcntl(w, F_SETPIPE_SZ, 1048576)\n");
    Trace trace;
    const auto error = target.run(program.operations, 2, trace);
    REQUIRE(error);
    CHECK_FALSE(error->of_target);
    CHECK(error->what.find("cannot follow the program from operation 2 on") != std::string::npos);
}

}  // namespace
}  // namespace epollcheck
