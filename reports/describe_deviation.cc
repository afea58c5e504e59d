// Describes what the judge found. See describe_deviation.h.

#include "reports/describe_deviation.h"

#include <algorithm>

#include "harness/program/printer.h"

namespace epollcheck {

namespace {

class Description {
public:
    Description(const Program& program, const Trace& trace, const Judgement& judgement,
                Judge& judge)
        : program_(program), trace_(trace), judgement_(judgement), judge_(judge) {}

    DeviationRecord make(Tier strictest) {
        const Deviation& loosest = judgement_.deviations.front();
        DeviationRecord record{.tier = loosest.tier,
                               .step = loosest.step + 1,
                               .operation = print_operation(program_, loosest.step),
                               .observed = answer(loosest.step, trace_[loosest.step]),
                               .rules = quoted_rules(),
                               .findings = {}};
        for (int tier = 0; tier <= static_cast<int>(strictest); ++tier) {
            record.findings.push_back(finding(static_cast<Tier>(tier), loosest.step));
        }
        return record;
    }

private:
    [[nodiscard]] std::vector<QuotedRule> quoted_rules() const {
        RuleSet all;
        for (const Deviation& deviation : judgement_.deviations) {
            all.merge(deviation.rules);
        }
        std::vector<QuotedRule> rules;
        all.for_each([&](Rule rule) {
            rules.push_back({std::string(rule_info(rule).id), std::string(rule_info(rule).text)});
        });
        return rules;
    }

    /// What `tier` says; if it forbids nothing, what it allows at `step`.
    TierFinding finding(Tier tier, std::size_t step) {
        const auto deviation =
            std::find_if(judgement_.deviations.begin(), judgement_.deviations.end(),
                         [&](const Deviation& candidate) { return candidate.tier == tier; });
        TierFinding record;
        record.tier = tier;
        if (deviation != judgement_.deviations.end()) {
            step = deviation->step;
            describe_allowed(record, step, deviation->allowed, deviation->allowed_complete);
            deviation->rules.for_each(
                [&](Rule rule) { record.rules.emplace_back(rule_info(rule).id); });
        } else {
            bool complete = true;
            const auto allowed = allowed_before(tier, step, complete);
            describe_allowed(record, step, allowed, complete);
            record.permits = true;
        }
        record.step = step + 1;
        record.observed = answer(step, trace_[step]);
        return record;
    }

    void describe_allowed(TierFinding& record, std::size_t step,
                          const std::vector<AllowedAnswer>& allowed, bool complete) const {
        for (const AllowedAnswer& choice : allowed) {
            record.allowed.push_back(answer(step, choice.observation()));
        }
        record.allowed_complete = complete;
    }

    /// The answers that `tier` allows at `step`, after the part of the trace before it.
    std::vector<AllowedAnswer> allowed_before(Tier tier, std::size_t step, bool& complete) {
        BeliefSet belief(judge_.settings(tier));
        belief.restart();
        for (std::size_t i = 0; i < step; ++i) {
            belief.step(program_.operations[i], trace_[i]);
        }
        return allowed_answers(belief.worlds(), belief.settings(), program_.operations[step],
                               kMaxShownAnswers, &complete);
    }

    [[nodiscard]] std::string answer(std::size_t step, const Observation& observation) const {
        return print_answer(program_.operations[step], program_, observation);
    }

    const Program& program_;
    const Trace& trace_;
    const Judgement& judgement_;
    Judge& judge_;
};

}  // namespace

DeviationRecord describe_deviation(const Program& program, const Trace& trace,
                                   const Judgement& judgement, Judge& judge, Tier strictest) {
    return Description(program, trace, judgement, judge).make(strictest);
}

}  // namespace epollcheck
