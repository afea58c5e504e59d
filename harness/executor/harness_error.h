// HarnessError: the harness could not do its work, so nothing was learned about the target.
//
// It is kept apart from everything that a target answers: a fault of the harness, or a limit of the
// machine that it runs on, is never reported as a fault of the target.

#pragma once

#include <string>

namespace epollcheck {

struct HarnessError {
    std::string what;        // for a person: what happened, where, and what to do about it
    bool of_target = false;  // it is the target that died, hung or talked nonsense
};

/// A HarnessError that says "cannot DO: REASON of `error`. ADVICE".
HarnessError cannot(const char* action, int error, const char* advice = "");

}  // namespace epollcheck
