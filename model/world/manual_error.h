// Errors that a manual page has where Linux answers something else.
//
// Tier contract is what manual pages say. Where they have an error for a call that Linux lets
// succeed, or refuses for another reason, an implementation may follow either.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// True if the call may fail with `error`, and does in this step, because the tier does not hold a
/// target to `rule`, by which Linux answers otherwise.
inline bool may_fail(Transition& transition, int error, Rule rule) {
    if (transition.enforces(rule)) {
        return false;
    }
    ErrorList manual;
    manual.add(error, rule);
    return !transition.overlooks(manual);
}

}  // namespace epollcheck
