// What the model allows along a trace. See allowed_along.h.

#include "harness/check/allowed_along.h"

namespace epollcheck {

std::vector<std::vector<AllowedAnswer>> allowed_along(std::span<const Operation> operations,
                                                      const Trace& trace, const Judge& judge,
                                                      Tier tier) {
    std::vector<std::vector<AllowedAnswer>> all;
    BeliefSet belief(judge.settings(tier));
    belief.restart();
    for (std::size_t i = 0; i < trace.size(); ++i) {
        all.push_back(
            allowed_answers(belief.worlds(), belief.settings(), operations[i], kMaxShownAnswers));
        if (belief.step(operations[i], trace[i]) != StepVerdict::kAllowed) {
            break;
        }
    }
    return all;
}

}  // namespace epollcheck
