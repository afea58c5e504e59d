// The list of invariants. See invariants.h.

#include "model/judgement/invariants.h"

namespace epollcheck {

const Invariant* broken_invariant(const World& world, const Settings& settings) {
    for (const auto& part : {item_invariants(), file_invariants()}) {
        for (const Invariant& invariant : part) {
            if (!invariant.holds(world, settings)) {
                return &invariant;
            }
        }
    }
    return nullptr;
}

const StepInvariant* broken_invariant(const Step& step) {
    for (const StepInvariant& invariant : step_invariants()) {
        if (!invariant.holds(step)) {
            return &invariant;
        }
    }
    return nullptr;
}

}  // namespace epollcheck
