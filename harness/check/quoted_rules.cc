// Rules as emitted C files quote them. See quoted_rules.h.

#include "harness/check/quoted_rules.h"

#include "model/rules/rule_manual.h"

namespace epollcheck {

QuotedSentence quoted(Rule rule) {
    return {std::string(rule_info(rule).id), std::string(rule_info(rule).text),
            std::string(manual_of(rule))};
}

std::vector<QuotedSentence> quoted(const RuleSet& rules) {
    std::vector<QuotedSentence> sentences;
    rules.for_each([&](Rule rule) { sentences.push_back(quoted(rule)); });
    return sentences;
}

}  // namespace epollcheck
