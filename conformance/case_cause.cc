// The cause of a case that did not pass. See case_cause.h.

#include "conformance/case_cause.h"

#include <algorithm>

#include "harness/check/cause.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

std::string unexpected_cause(const Program& program, const Trace& trace, std::size_t step,
                             const Profile& profile) {
    std::vector<Observation> written;
    for (const ExpectedAnswer& answer : program.annotations[step].expected) {
        Annotation alone;
        alone.expected = {answer};
        const Observation observation{answer.result, answer.events};
        if (is_expected(alone, observation, profile)) {  // else it is about other kernels
            written.push_back(observation);
        }
    }
    const Operation& operation = program.operations[step];
    const auto& rules = program.header.rules;
    return cause_text(rules.empty() ? "" : rules.front(), operation_spec(operation.kind).name,
                      difference_of(operation, trace[step], written));
}

}  // namespace

std::string case_cause(const Program& program, const ProgramRun& run, const Judgement& judgement,
                       const std::vector<Disagreement>& disagreements, const Profile& profile) {
    if (!judgement.deviations.empty()) {
        return cause_of(program.operations, run.trace, judgement.deviations.front());
    }
    const auto first = [&](Disagreeing pair) {
        return std::find_if(disagreements.begin(), disagreements.end(),
                            [&](const Disagreement& found) { return found.pair == pair; });
    };
    if (first(Disagreeing::kExpectationAndModel) != disagreements.end()) {
        return "";
    }
    const auto unexpected = first(Disagreeing::kExpectationAndTarget);
    if (unexpected != disagreements.end()) {
        return unexpected_cause(program, run.trace, unexpected->step, profile);
    }
    if (run.disagreement) {
        return cause_text(rule_info(Rule::kC13a).id, "", {ObservedClass::kDisagreement, ""});
    }
    return "";
}

std::string crash_cause(const Program& program, const ProgramRun& run) {
    const std::size_t step = run.trace.size();
    const std::string_view operation =
        step < program.operations.size() ? operation_spec(program.operations[step].kind).name : "";
    return cause_text("", operation, {ObservedClass::kCrashed, ""});
}

}  // namespace epollcheck
