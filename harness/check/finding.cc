// Findings. See finding.h.

#include "harness/check/finding.h"

#include "harness/check/calibrate.h"
#include "harness/check/cause.h"
#include "harness/program/shrink_team.h"

namespace epollcheck {

namespace {

/// Runs and judges `program`. False if the harness could not run it.
bool observe(const Workbench& bench, const Program& program, Tier strictest, Finding& finding) {
    finding.program = program;
    if (calibrate_for(bench.target, program.operations, bench.calibration) ||
        bench.target.run(program.operations, static_cast<int>(program.handles.size()),
                         finding.trace)) {
        return false;
    }
    finding.judgement = bench.judge.judge(program.operations, finding.trace, strictest);
    return true;
}

/// What a smaller program has to keep: the tier, the kind of operation, how the answer differs, and
/// one of the rules.
struct Cause {
    Tier tier;
    OperationKind kind;
    RuleSet rules;
    std::string observed;

    static Cause of(const Finding& finding) {
        const Deviation& deviation = finding.judgement.deviations.front();
        const std::vector<Operation>& operations = finding.program.operations;
        const std::string text = cause_of(operations, finding.trace, deviation);
        return {deviation.tier, operations[deviation.step].kind, deviation.rules,
                std::string(cause_parts(text).observed)};
    }

    [[nodiscard]] bool is_that_of(const Cause& larger) const {
        bool shared = rules == larger.rules;
        rules.for_each([&](Rule rule) { shared = shared || larger.rules.contains(rule); });
        return tier == larger.tier && kind == larger.kind && observed == larger.observed && shared;
    }
};

/// True for programs that deviate by the same cause.
class DeviatesAlike {
public:
    DeviatesAlike(const Workbench& bench, Tier strictest, const Cause& cause)
        : bench_(bench), strictest_(strictest), cause_(cause) {}

    bool operator()(const Program& candidate) {
        return observe(bench_, candidate, strictest_, latest_) &&
               !latest_.judgement.deviations.empty() && Cause::of(latest_).is_that_of(cause_);
    }
    /// What the last program came to.
    [[nodiscard]] const Finding& latest() const { return latest_; }

private:
    Workbench bench_;
    Tier strictest_;
    Cause cause_;
    Finding latest_;
};

/// A bench for a process of its own.
struct OwnBench {
    OwnBench(std::unique_ptr<Target> own_target, const Workbench& like)
        : target(std::move(own_target)),
          calibration(like.calibration),
          judge(like.judge.profile(), calibration) {
        target->ask_about(like.target.asked());
    }

    std::unique_ptr<Target> target;
    Calibration calibration;
    Judge judge;
};

KeepsProperty property_elsewhere(const Workbench& bench, Tier strictest, const Cause& cause,
                                 const ShrinkHelp& help) {
    auto target = help.open();
    if (target == nullptr) {
        return {};
    }
    const auto own = std::make_shared<OwnBench>(std::move(target), bench);
    DeviatesAlike alike({*own->target, own->judge, own->calibration}, strictest, cause);
    return [own, alike](const Program& candidate) mutable { return alike(candidate); };
}

}  // namespace

Finding shrink_finding(const Workbench& bench, const Program& program, const Trace& trace,
                       Tier strictest, const ShrinkHelp& help) {
    Finding original{program, trace, bench.judge.judge(program.operations, trace, strictest)};
    if (original.judgement.deviations.empty()) {
        return original;
    }
    const Cause cause = Cause::of(original);
    DeviatesAlike alike(bench, strictest, cause);
    const Program tidy = with_tidy_handles(program);
    if (!alike(tidy)) {
        return original;
    }
    const Program shrunk = shrink_program_with(
        help.jobs, tidy, [&](const Program& candidate) { return !help.stop() && alike(candidate); },
        [&] { return property_elsewhere(bench, strictest, cause, help); });
    return alike(shrunk) ? alike.latest() : original;
}

}  // namespace epollcheck
