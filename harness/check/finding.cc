// Findings. See finding.h.

#include "harness/check/finding.h"

#include "harness/check/calibrate.h"
#include "harness/program/shrink.h"

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

/// What a smaller program has to keep: the tier, the kind of operation, and one of the rules.
struct Cause {
    Tier tier;
    OperationKind kind;
    RuleSet rules;

    static Cause of(const Finding& finding) {
        const Deviation& deviation = finding.judgement.deviations.front();
        return {deviation.tier, finding.program.operations[deviation.step].kind, deviation.rules};
    }

    [[nodiscard]] bool is_that_of(const Cause& larger) const {
        bool shared = rules == larger.rules;
        rules.for_each([&](Rule rule) { shared = shared || larger.rules.contains(rule); });
        return tier == larger.tier && kind == larger.kind && shared;
    }
};

}  // namespace

Finding shrink_finding(const Workbench& bench, const Program& program, const Trace& trace,
                       Tier strictest) {
    Finding original{program, trace, bench.judge.judge(program.operations, trace, strictest)};
    if (original.judgement.deviations.empty()) {
        return original;
    }
    const Cause cause = Cause::of(original);
    Finding latest;
    const auto deviates_alike = [&](const Program& candidate) {
        return observe(bench, candidate, strictest, latest) &&
               !latest.judgement.deviations.empty() && Cause::of(latest).is_that_of(cause);
    };
    const Program tidy = with_tidy_handles(program);
    if (!deviates_alike(tidy)) {
        return original;
    }
    const Program shrunk = shrink_program(tidy, deviates_alike);
    return deviates_alike(shrunk) ? latest : original;
}

}  // namespace epollcheck
