// Sequential subject. See sequential_subject.h.

#include "fuzz/sequential_subject.h"

#include "fuzz/program_bytes.h"
#include "harness/check/calibrate.h"

namespace epollcheck {

SequentialSubject::SequentialSubject(const Workbench& bench, Tier strictest, Reach reach,
                                     Reached* reached, FindingListener& listener)
    : bench_(bench),
      strictest_(strictest),
      reach_(reach),
      feedback_(reached),
      listener_(listener),
      belief_(bench.judge.settings(Tier::kExact)) {
    bench_.target.ask_about(Executor::Asked::kOneInTurn);
}

Outcome SequentialSubject::run(std::span<const std::uint8_t> bytes) {
    const auto start = Clock::now();
    program_from_bytes(bytes, reach_, program_);
    trace_.clear();
    reason_.clear();
    const bool costs = reach_ != Reach::kModel && is_costly(program_.operations);
    if (costs && is_too_costly()) {
        reason_ = "costs as much as many others, of which there were enough for now";
        return Outcome::kSkipped;
    }
    const Outcome outcome = run_program();
    const auto taken = Clock::now() - start;
    all_time_ += taken;
    costly_time_ += costs ? taken : Clock::duration();
    return outcome;
}

/// True if costly programs have taken more than their part of the time so far.
bool SequentialSubject::is_too_costly() const {
    constexpr int kPart = 3;  // one of so many
    return saves_time_ && costly_time_ > all_time_ / kPart;
}

Outcome SequentialSubject::run_program() {
    reason_ = reason_not_to_run(bench_, program_.operations);
    if (!reason_.empty()) {
        return Outcome::kSkipped;
    }
    auto error = calibrate_for(bench_.target, program_.operations, bench_.calibration);
    if (!error) {
        error = bench_.target.run(program_.operations, static_cast<int>(program_.handles.size()),
                                  trace_);
    }
    if (error && error->of_target) {
        listener_.crash(program_, *error);
        return Outcome::kFinding;
    }
    if (error) {
        reason_ = error->what;
        return Outcome::kFailed;
    }
    const Outcome outcome = judge();
    if (const auto& disagreement = bench_.target.disagreement()) {
        listener_.disagreement(program_, *disagreement);
        return Outcome::kFinding;
    }
    return outcome;
}

Outcome SequentialSubject::judge() {
    const auto& operations = program_.operations;
    belief_.restart();
    feedback_.restart();
    for (std::size_t i = 0; i < trace_.size(); ++i) {
        const Observation observed = trace_[i];
        switch (belief_.step(operations[i], observed)) {
            case StepVerdict::kAllowed:
                break;
            case StepVerdict::kForbidden:
                return judge_deviation();
            case StepVerdict::kInconclusive:
                reason_ = belief_.reason();
                return Outcome::kInconclusive;
        }
        feedback_.note_step(operations[i], observed, belief_.decided(), belief_.worlds().front(),
                            belief_.settings());
    }
    return Outcome::kConforms;
}

/// Tier exact forbids an answer: whether that counts is up to the tier that is asked for.
Outcome SequentialSubject::judge_deviation() {
    const Judgement judgement = bench_.judge.judge(program_.operations, trace_, strictest_);
    if (judgement.verdict != Verdict::kDeviates) {
        reason_ = judgement.reason;
        return judgement.verdict == Verdict::kConforms ? Outcome::kConforms
                                                       : Outcome::kInconclusive;
    }
    listener_.deviation(program_, trace_, judgement);
    return Outcome::kFinding;
}

}  // namespace epollcheck
