// Choices of answers that all kinds of operation share. See transition.h.

#include "model/world/transition.h"

namespace epollcheck {

Result Transition::fail_with(const ErrorList& errors, bool any) {
    int chosen = 0;
    if (any && errors.count() > 1) {
        std::uint64_t options = 0;
        for (int i = 0; i < errors.count(); ++i) {
            const bool agrees =
                observed == nullptr || (observed->result.kind == ResultKind::kError &&
                                        observed->result.value == errors.error(i));
            if (agrees) {
                options |= std::uint64_t{1} << i;
            }
        }
        chosen = choose(options);
        if (chosen < 0) {
            chosen = 0;
        }
    }
    return fail(errors.error(chosen), errors.rule(chosen));
}

bool Transition::overlooks(const ErrorList& errors) {
    bool agrees = false;
    for (int i = 0; i < errors.count(); ++i) {
        if (enforces(errors.rule(i))) {
            return false;
        }
        agrees = agrees || (observed != nullptr && observed->result.kind == ResultKind::kError &&
                            observed->result.value == errors.error(i));
    }
    return observed != nullptr ? !agrees : choose(0b11) == 1;
}

Result Transition::held_to(Rule rule, const Result& predicted) {
    decided_by(rule);
    if (enforces(rule)) {
        return predicted;
    }
    if (observed == nullptr) {
        leave_out_answers();
        return predicted;
    }
    clear_events();
    for (const Event& event : observed->events) {
        report(event);
    }
    return observed->result;
}

std::int64_t Transition::transferred(std::int64_t predicted, std::int64_t most, bool may_refuse,
                                     Rule rule) {
    decided_by(rule);
    if (enforces(rule)) {
        return predicted;
    }
    if (observed == nullptr) {
        if (most > 1 || may_refuse) {
            leave_out_answers();
        }
        return predicted;
    }
    const Result& result = observed->result;
    if (result.kind == ResultKind::kValue && result.value >= 1 && result.value <= most) {
        return result.value;
    }
    if (may_refuse && result.kind == ResultKind::kError && result.value == error::kEAGAIN) {
        return -error::kEAGAIN;
    }
    return predicted;
}

}  // namespace epollcheck
