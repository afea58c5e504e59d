// The cause of a concurrent history that deviates. See race_cause.h.

#include "harness/check/race_cause.h"

#include <algorithm>
#include <vector>

#include "harness/check/cause.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

std::string race_cause(std::span<const Operation> operations, const ConcurrentTrace& trace,
                       const HistoryJudgement& judgement) {
    const Operation& operation = operations[judgement.unexplained];
    std::string_view rule;
    judgement.rules.for_each(
        [&](Rule blamed) { rule = rule.empty() ? rule_info(blamed).id : rule; });
    Difference difference{ObservedClass::kBlocked, ""};
    if (!judgement.lost_wakeup) {
        std::vector<Observation> allowed;
        const Observation observed = trace.answers[judgement.unexplained];
        for (const AllowedAnswer& answer : judgement.allowed) {
            if (!same_answer(answer.observation(), observed)) {
                allowed.push_back(answer.observation());
            }
        }
        difference = difference_of(operation, observed, allowed);
    } else if (judgement.rules.contains(Rule::kF18)) {
        rule = rule_info(Rule::kF18).id;
    }
    return cause_text(rule, operation_spec(operation.kind).name, difference);
}

}  // namespace epollcheck
