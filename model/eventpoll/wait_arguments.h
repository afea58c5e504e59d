// Arguments that the calls that wait have in common: time-outs as a timespec, and signal masks.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// EFAULT and EINVAL of a timespec, by `rule`. Does nothing for calls that take none.
void check_timespec(Transition& transition, const Operation& operation, Rule rule,
                    ErrorList& errors);
/// EINVAL and EFAULT of a signal mask, by `rule`. Does nothing for calls that take none.
void check_signal_mask(Transition& transition, const Operation& operation, Rule rule,
                       ErrorList& errors);

/// The call waits as long as it takes, or as long as nobody would wait for.
bool waits_for_ever(const Operation& operation);
/// The call takes one look and does not wait.
bool looks_once(const Operation& operation);

}  // namespace epollcheck
