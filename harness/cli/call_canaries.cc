// Call canaries. See call_canaries.h.

#include "harness/cli/call_canaries.h"

#include "fuzz/no_findings.h"
#include "fuzz/sequential_subject.h"
#include "harness/check/calibrate.h"
#include "harness/check/cause.h"
#include "harness/check/defective_model.h"
#include "harness/check/model_target.h"
#include "model/rules/defect.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

/// The first deviation ends the hunt.
class FirstFinding final : public NoFindings {
public:
    explicit FirstFinding(Catch& caught) : caught_(caught) {}

    void deviation(const Program& program, const Trace& trace,
                   const Judgement& judgement) override {
        caught_.note(cause_of(program.operations, trace, judgement.deviations.front()),
                     std::chrono::duration<double>(Clock::now() - start_).count());
    }

private:
    Catch& caught_;
    Clock::time_point start_ = Clock::now();
};

/// A machine on which all is permitted, and there is every kind of file.
void permit_all(Calibration& calibration) {
    assume_privileges(calibration);
    calibration.may_mount = true;
    calibration.may_set_domain_name = true;
    calibration.keeps_wakeup = true;
    calibration.other_kinds = (1U << kOtherKinds) - 1;
}

}  // namespace

std::vector<CanaryResult> CallCanaries::all() const {
    std::vector<CanaryResult> results;
    for (const DefectInfo& info : all_defects()) {
        results.push_back({.id = std::string(info.id), .name = std::string(info.name)});
    }
    return results;
}

void CallCanaries::hunt(std::size_t index, FuzzerLoop loop, Catch& caught) {
    ModelTarget target(named_profiles().back(), static_cast<Defect>(index + 1));
    permit_all(target.machine());
    Calibration calibration;
    calibrate(target, calibration);
    permit_all(calibration);
    Judge judge(named_profiles().back(), calibration);
    FirstFinding listener(caught);
    SequentialSubject subject({target, judge, calibration}, Tier::kExact, reach(), nullptr,
                              listener);
    loop.reach = reach();
    loop.is_repeatable = true;
    loop.run = [&](std::span<const std::uint8_t> bytes) {
        caught.begin(bytes);
        subject.run(bytes);
        return !caught.is_found();
    };
    run_fuzzer_loop(std::move(loop));
}

}  // namespace epollcheck
