// Prediction. See prediction.h.

#include "harness/check/prediction.h"

#include "model/judgement/step.h"

namespace epollcheck {

void predict(std::span<const Operation> operations, const Settings& settings, Trace& trace) {
    trace.clear();
    World world = empty_world();
    Event event_space[kMaxEvents];
    for (const Operation& operation : operations) {
        Choices choices;
        Transition transition(world, settings, nullptr, choices, event_space);
        const Result result = apply(transition, operation);
        if (transition.gave_up() != nullptr) {
            break;
        }
        trace.append(result, transition.events());
    }
}

}  // namespace epollcheck
