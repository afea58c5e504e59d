// Rules that decide the answers to a case. See case_exercise.h.

#include "conformance/case_exercise.h"

#include "conformance/case_runner.h"
#include "harness/check/rule_reach.h"

namespace epollcheck {

namespace {

RuleSet rules_named(const std::vector<std::string>& ids) {
    RuleSet rules;
    for (const std::string& id : ids) {
        rules.add(rule_named(id).value_or(Rule::kNone));
    }
    return rules;
}

}  // namespace

CaseExercise exercise_case(const Program& program, const Workbench& bench) {
    if (!has_threads(program.operations)) {
        return {exercised_by_model(program, bench.judge), ""};
    }
    Trace trace;
    const CaseResult result = run_case(program, bench, Tier::kExact, trace);
    if (result.status == CaseStatus::kSkipped || result.status == CaseStatus::kError) {
        return {rules_named(result.rules), result.reason};
    }
    return {rules_named(result.exercised), ""};
}

}  // namespace epollcheck
